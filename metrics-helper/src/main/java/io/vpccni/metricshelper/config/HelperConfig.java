package io.vpccni.metricshelper.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;

/**
 * Holds everything that an operator can choose.
 *
 * @param cloudWatch whether totals are sent to CloudWatch
 * @param prometheus whether totals are served to Prometheus
 * @param address where the health of the program, and totals, are served
 * @param interval the time between two polls
 * @param cluster the names of the cluster and of the region, as far as they are given
 * @param kubernetes how the API server is reached
 * @param aws how AWS is called
 */
public record HelperConfig(
    boolean cloudWatch,
    boolean prometheus,
    String address,
    Duration interval,
    Given cluster,
    Kubernetes kubernetes,
    Aws aws,
    Level logLevel) {

  /** Holds the names that the operator has given. */
  public record Given(Optional<String> clusterId, Optional<String> region) {}

  /**
   * Holds {@code --kubeconfig} and {@code CLUSTER_ENDPOINT}, which are optional, and the name of
   * the host, which in a pod is that of the pod.
   */
  public record Kubernetes(Optional<String> kubeconfig, Optional<String> server, String replica) {}

  /** Holds the longest time of a call, and the version that calls name; may be empty. */
  public record Aws(Duration timeout, String version, Metadata metadata) {}

  /** Holds where IMDS is, as every AWS SDK lets one choose. */
  public record Metadata(String endpoint, boolean disabled) {}

  /** Holds the configuration, and a sentence for each value that could not be used. */
  public record Parsed(HelperConfig config, List<String> problems) {}

  /**
   * Reads the environment, which overrules the command line.
   *
   * @throws IllegalArgumentException naming the variable whose value is refused
   */
  public static Parsed parse(CommandLine.Run run, Map<String, String> env) {
    var problems = new ArrayList<String>();
    var config =
        new HelperConfig(
            SettingTable.CLOUDWATCH.otherwise(run.cloudWatch()).read(env, problems),
            SettingTable.PROMETHEUS.otherwise(run.prometheus()).read(env, problems),
            SettingTable.METRICS_ADDRESS.read(env, problems),
            SettingTable.INTERVAL.read(env, problems),
            new Given(
                filled(SettingTable.CLUSTER_ID.read(env, problems)),
                filled(SettingTable.REGION.read(env, problems))),
            new Kubernetes(
                run.kubeconfig(),
                filled(SettingTable.SERVER.read(env, problems)),
                env.getOrDefault("HOSTNAME", "cni-metrics-helper")),
            new Aws(
                SettingTable.HTTP_TIMEOUT.read(env, problems),
                SettingTable.VERSION.read(env, problems),
                new Metadata(
                    env.getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254"),
                    "true".equalsIgnoreCase(env.get("AWS_EC2_METADATA_DISABLED")))),
            SettingTable.LOG_LEVEL.read(env, problems));
    return new Parsed(config, List.copyOf(problems));
  }

  private static Optional<String> filled(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Tells whether CloudWatch takes this as the name of a cluster. */
  public static boolean isClusterId(String text) {
    return SettingTable.isClusterId(text);
  }
}
