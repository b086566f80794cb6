package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.NEVER;

/** Lists the variables that every AWS SDK knows and that the agent honours. */
final class SdkTable {
  static final Section SECTION = new Section("Variables of every AWS SDK");

  static final Setting<String> METADATA_ENDPOINT =
      SECTION.text("AWS_EC2_METADATA_SERVICE_ENDPOINT", "", "Where IMDS is.");
  static final Setting<String> METADATA_MODE =
      SECTION.text(
          "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
          "IPv4",
          "Whether IMDS is read at its IPv4 or its IPv6 address: IPv4 or IPv6.");
  static final Setting<Boolean> METADATA_DISABLED =
      flag("AWS_EC2_METADATA_DISABLED", "If true, IMDS is not read.");
  static final Setting<Boolean> METADATA_V1_DISABLED =
      flag("AWS_EC2_METADATA_V1_DISABLED", "If true, IMDS is read with tokens only.");
  static final Setting<String> CA_BUNDLE =
      SECTION.text(
          "AWS_CA_BUNDLE", "", "A file of CA certificates to trust for EC2, instead of the JVM's.");
  static final Setting<String> HTTPS_PROXY =
      SECTION.text("HTTPS_PROXY", "", "The proxy to EC2; `https_proxy` wins over it.");
  static final Setting<String> HTTPS_PROXY_LOWER =
      SECTION.text("https_proxy", "", "The proxy to EC2.");
  static final Setting<String> HTTP_PROXY =
      SECTION.text("HTTP_PROXY", "", "The proxy to an EC2 endpoint without TLS.");
  static final Setting<String> HTTP_PROXY_LOWER =
      SECTION.text("http_proxy", "", "The same; it wins over `HTTP_PROXY`.");
  static final Setting<String> NO_PROXY =
      SECTION.text("NO_PROXY", "", "Hosts that are reached without the proxy.");
  static final Setting<String> NO_PROXY_LOWER =
      SECTION.text("no_proxy", "", "The same; it wins over `NO_PROXY`.");

  private static Setting<Boolean> flag(String name, String sentence) {
    return SECTION.add(name, false, "false", Values.sdkFlag(), NEVER, sentence);
  }

  private SdkTable() {}
}
