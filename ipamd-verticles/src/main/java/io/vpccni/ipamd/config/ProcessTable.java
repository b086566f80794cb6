package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.NEVER;
import static io.vpccni.ipamd.config.Setting.Invalid.REPLACED;

import java.util.List;

/** These are the settings of the process itself. */
final class ProcessTable {
  static final Section SECTION = new Section("Process");

  static final Setting<String> RUN_FOLDER =
      SECTION.filled(
          "AGENT_RUN_DIR",
          "/var/run/aws-node",
          "path",
          "Folder of the sockets and of the DEL spool (ours).");
  static final Setting<String> CHECKPOINT =
      SECTION.add(
          "AWS_VPC_K8S_CNI_BACKING_STORE",
          "",
          "`ipam.json` in `AGENT_RUN_DIR`",
          Values.filled("path"),
          NEVER,
          "The checkpoint of network card 0.");
  static final Setting<String> STATUS_MODE =
      SECTION.add(
          "CNI_STATUS_MODE",
          "safe",
          "safe",
          Values.word(List.of("safe", "strict")),
          REPLACED,
          "When the verb STATUS fails. `strict`: whenever no pod can be added. `safe`: until the node could add a pod once since its boot, and then only for a fault on the node itself that lasts for more than ten minutes (ours).");
  static final Setting<Boolean> NO_METRICS =
      SECTION.flag("DISABLE_METRICS", false, "Metrics are not served.");
  static final Setting<String> METRICS_ADDRESS =
      SECTION.filled(
          "METRICS_BIND_ADDRESS", "0.0.0.0:61678", "host:port", "Where metrics are served (ours).");
  static final Setting<Boolean> NO_INTROSPECTION =
      SECTION.flag("DISABLE_INTROSPECTION", false, "The introspection pages are not served.");
  static final Setting<String> INTROSPECTION_ADDRESS =
      SECTION.filled(
          "INTROSPECTION_BIND_ADDRESS",
          "127.0.0.1:61679",
          "host:port, unix:/path",
          "Where the introspection is served.");
  static final Setting<String> LOG_FILE =
      SECTION.filled(
          "AWS_VPC_K8S_CNI_LOG_FILE",
          "stderr",
          "path, stdout, stderr",
          "Where the agent's log lines go; `/dev/stdout` and `/dev/stderr` mean the streams, and a path to another device or to a link is not used.");
  static final Setting<String> LOG_LEVEL =
      SECTION.add(
          "AWS_VPC_K8S_CNI_LOGLEVEL",
          "info",
          "info",
          Values.wordInAnyCase(List.of("debug", "info", "warn", "error", "fatal"))
              .otherwise("debug"),
          REPLACED,
          "The least important log lines that are written; a bad value means debug.");

  private ProcessTable() {}
}
