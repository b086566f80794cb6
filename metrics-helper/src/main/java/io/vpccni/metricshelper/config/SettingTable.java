package io.vpccni.metricshelper.config;

import io.vpccni.metricshelper.config.Setting.Invalid;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;

/**
 * Lists all settings, in the order of {@code docs/metrics-helper.md}. Source of names, defaults and
 * outcomes: amazon-vpc-cni-k8s v1.23.1; what it does not have is marked as ours.
 */
final class SettingTable {
  private static final int LONGEST_CLUSTER_ID = 1024;

  static final Setting<Boolean> CLOUDWATCH =
      new Setting<>(
          "USE_CLOUDWATCH",
          true,
          "true",
          "true, yes, false, no",
          SettingTable::yesOrNo,
          Invalid.REPLACED,
          "Totals are sent to CloudWatch; overrules `--cloudwatch`.");
  static final Setting<Boolean> PROMETHEUS =
      new Setting<>(
          "USE_PROMETHEUS",
          false,
          "false",
          "true, yes, false, no",
          SettingTable::yesOrNo,
          Invalid.REPLACED,
          "Totals are served to Prometheus; overrules `--prometheus`.");
  static final Setting<Duration> INTERVAL =
      new Setting<>(
          "METRIC_UPDATE_INTERVAL",
          Duration.ofSeconds(30),
          "30",
          "whole seconds, 1 to 3600",
          SettingTable::seconds,
          Invalid.REFUSED,
          "The time between two polls of all agents. CloudWatch is sent to after every second poll.");
  static final Setting<String> REGION =
      text(
          "AWS_REGION", "a region", "The region of CloudWatch; asked of IMDS where it is missing.");
  static final Setting<String> CLUSTER_ID =
      new Setting<>(
          "AWS_CLUSTER_ID",
          "",
          "",
          "printable ASCII, at most 1024 characters",
          SettingTable::clusterId,
          Invalid.REFUSED,
          "The value of the dimension `CLUSTER_ID`; found out where it is missing.");
  static final Setting<String> SERVER =
      text(
          "CLUSTER_ENDPOINT",
          "URL",
          "The API server, instead of the one of the service account or kubeconfig.");
  static final Setting<String> METRICS_ADDRESS =
      new Setting<>(
          "METRICS_BIND_ADDRESS",
          "0.0.0.0:61681",
          "0.0.0.0:61681",
          "host:port",
          SettingTable::hostAndPort,
          Invalid.REPLACED,
          "Where totals and health are served (ours).");
  static final Setting<Duration> HTTP_TIMEOUT =
      new Setting<>(
          "HTTP_TIMEOUT",
          Duration.ofSeconds(10),
          "10",
          "whole seconds, 10 to 3600",
          text -> atLeastTen(seconds(text)),
          Invalid.REPLACED,
          "How long one call of CloudWatch or EC2 may take.");
  static final Setting<String> VERSION =
      text("VPC_CNI_VERSION", "text", "The version that the user agent of AWS calls names.");
  static final Setting<Level> LOG_LEVEL =
      new Setting<>(
          "AWS_VPC_K8S_CNI_LOGLEVEL",
          Level.INFO,
          "info",
          "debug, info, warn, error, fatal",
          SettingTable::level,
          Invalid.NEVER,
          "The least important log lines that are written; any other word means debug.");

  private SettingTable() {}

  static List<Setting<?>> all() {
    return List.of(
        CLOUDWATCH,
        PROMETHEUS,
        INTERVAL,
        REGION,
        CLUSTER_ID,
        SERVER,
        METRICS_ADDRESS,
        HTTP_TIMEOUT,
        VERSION,
        LOG_LEVEL);
  }

  private static Setting<String> text(String name, String words, String sentence) {
    return new Setting<>(name, "", "", words, text -> text, Invalid.NEVER, sentence);
  }

  private static boolean yesOrNo(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> true;
      case "false", "no" -> false;
      default -> throw new IllegalArgumentException("is neither true nor false");
    };
  }

  private static Duration seconds(String text) {
    if (text.matches("[+]?[0-9]{1,9}")) {
      int seconds = Integer.parseInt(text);
      if (seconds >= 1 && seconds <= 3600) return Duration.ofSeconds(seconds);
    }
    throw new IllegalArgumentException("is not a whole number of 1 to 3600");
  }

  private static Duration atLeastTen(Duration time) {
    if (time.toSeconds() >= 10) return time;
    throw new IllegalArgumentException("is less than 10");
  }

  private static String clusterId(String text) {
    if (isClusterId(text)) return text;
    throw new IllegalArgumentException(
        "cannot be the value of a dimension in CloudWatch: it must have 1 to 1024 printable ASCII"
            + " characters and not begin with a colon");
  }

  /** Tells whether CloudWatch takes this as the value of a dimension. */
  static boolean isClusterId(String text) {
    return !text.isBlank()
        && text.length() <= LONGEST_CLUSTER_ID
        && !text.startsWith(":")
        && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static String hostAndPort(String text) {
    if (text.matches(".*:[0-9]{1,5}") && port(text) <= 65535) return text;
    throw new IllegalArgumentException("is not host:port");
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static Level level(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "info" -> Level.INFO;
      case "warn" -> Level.WARNING;
      case "error", "fatal" -> Level.SEVERE;
      default -> Level.FINE;
    };
  }
}
