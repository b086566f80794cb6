package io.vpccni.ipamd.config;

import java.util.List;

/** Lists the variables that every AWS SDK knows and that the agent honours or passes on. */
final class SdkTable {
  static final Section SECTION = new Section("Variables of every AWS SDK");

  /** They are passed on as they are; those who use them check them. */
  static final List<Setting<String>> OF_SDK =
      List.of(
          SECTION.text("AWS_EC2_METADATA_SERVICE_ENDPOINT", "", "Where IMDS is."),
          SECTION.text(
              "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
              "IPv4",
              "Whether IMDS is read at its IPv4 or its IPv6 address: IPv4 or IPv6."),
          SECTION.text("AWS_EC2_METADATA_DISABLED", "", "If true, IMDS is not read."),
          SECTION.text(
              "AWS_EC2_METADATA_V1_DISABLED", "", "If true, IMDS is read with tokens only."),
          SECTION.text(
              "AWS_CA_BUNDLE",
              "",
              "A file of CA certificates to trust for EC2, instead of the JVM's."),
          SECTION.text("HTTPS_PROXY", "", "The proxy to EC2; `https_proxy` wins over it."),
          SECTION.text("https_proxy", "", "The proxy to EC2."),
          SECTION.text("HTTP_PROXY", "", "The proxy to an EC2 endpoint without TLS."),
          SECTION.text("http_proxy", "", "The same; it wins over `HTTP_PROXY`."),
          SECTION.text("NO_PROXY", "", "Hosts that are reached without the proxy."),
          SECTION.text("no_proxy", "", "The same; it wins over `NO_PROXY`."));

  private SdkTable() {}
}
