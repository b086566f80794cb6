package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.REFUSED;

/** These are the settings of the CNI configuration. */
final class ConflistTable {
  static final Section SECTION = new Section("CNI configuration");

  static final Setting<String> CONFLIST_TEMPLATE =
      SECTION.text(
          "CNI_CONFLIST_TEMPLATE",
          "",
          "Path of a conflist to install instead of the built-in one (ours).");
  static final Setting<String> PLUGIN_LOG_FILE =
      SECTION.add(
          "AWS_VPC_K8S_PLUGIN_LOG_FILE",
          "/var/log/aws-routed-eni/plugin.log",
          "/var/log/aws-routed-eni/plugin.log",
          Values.checked("path, stderr", ConflistTable::pluginLog),
          REFUSED,
          "Where the plugin's log lines go, as the conflist says.");
  static final Setting<String> PLUGIN_LOG_LEVEL =
      SECTION.text(
          "AWS_VPC_K8S_PLUGIN_LOG_LEVEL", "Debug", "The plugin's log level in the conflist.");
  static final Setting<String> V4_EGRESS_LOG =
      SECTION.text(
          "AWS_VPC_K8S_EGRESS_V4_PLUGIN_LOG_FILE",
          "/var/log/aws-routed-eni/egress-v4-plugin.log",
          "Where the egress plugin of IPv6 nodes logs.");
  static final Setting<String> V6_EGRESS_LOG =
      SECTION.text(
          "AWS_VPC_K8S_EGRESS_V6_PLUGIN_LOG_FILE",
          "/var/log/aws-routed-eni/egress-v6-plugin.log",
          "Where the egress plugin of IPv4 nodes logs.");
  static final Setting<Boolean> BANDWIDTH =
      SECTION.flag(
          "ENABLE_BANDWIDTH_PLUGIN", false, "The bandwidth plugin is part of the conflist.");
  static final Setting<Boolean> NO_POD_IPV6 =
      SECTION.flag(
          "DISABLE_POD_V6",
          false,
          "The tuning plugin, which turns IPv6 off in pods, is part of the conflist.");
  static final Setting<Boolean> RESTORE_CONFLIST =
      SECTION.flag(
          "RESTORE_CNI_CONFLIST",
          true,
          "A conflist that somebody removes or changes is put back, and follows the plugins that"
              + " are installed; if false, it is installed at each start only (ours).");
  static final Setting<String> CNI_BINARIES =
      SECTION.text(
          "HOST_CNI_BIN_PATH",
          "/host/opt/cni/bin",
          "Where the plugins' executables are; they are asked for their versions.");

  private static String pluginLog(String text) {
    if (!text.equalsIgnoreCase("stdout")) return text;
    throw new IllegalArgumentException("would mix log lines into the CNI result");
  }

  private ConflistTable() {}
}
