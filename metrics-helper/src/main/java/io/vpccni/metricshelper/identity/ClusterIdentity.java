package io.vpccni.metricshelper.identity;

import io.vertx.core.Future;
import io.vpccni.metricshelper.config.HelperConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the names under which the totals are sent. */
public record ClusterIdentity(String clusterId, String region) {
  private static final Logger log = LoggerFactory.getLogger(ClusterIdentity.class);

  /** These tags of the instance name its cluster, the first one first. */
  static final List<String> TAGS = List.of("eks:cluster-name", "CLUSTER_ID", "Name");

  /** This is the name of a cluster that has none. Source: amazon-vpc-cni-k8s v1.23.1. */
  static final String NAMELESS = "k8s-cluster";

  /**
   * Finds out the names that the operator has not given. The future fails if IMDS is needed and
   * does not answer; without tags the cluster is called {@code k8s-cluster}.
   *
   * @param identity asks IMDS, which happens once at most
   * @param tags asks EC2 for tags of an instance by their names
   */
  public static Future<ClusterIdentity> find(
      HelperConfig.Given given,
      Supplier<Future<InstanceIdentity>> identity,
      Function<InstanceIdentity, Future<Map<String, String>>> tags) {
    if (given.clusterId().isPresent() && given.region().isPresent()) {
      return Future.succeededFuture(
          new ClusterIdentity(given.clusterId().get(), given.region().get()));
    }
    return identity
        .get()
        .compose(
            instance -> {
              var region = given.region().orElse(instance.region());
              return given
                  .clusterId()
                  .map(Future::succeededFuture)
                  .orElseGet(() -> byTags(tags.apply(instance)))
                  .map(id -> new ClusterIdentity(id, region));
            });
  }

  private static Future<String> byTags(Future<Map<String, String>> tags) {
    return tags.onFailure(
            error ->
                log.atWarn()
                    .addKeyValue("why", String.valueOf(error.getMessage()))
                    .log("The tags of the instance cannot be read"))
        .otherwise(Map.of())
        .map(ClusterIdentity::name);
  }

  private static String name(Map<String, String> tags) {
    return TAGS.stream()
        .map(tags::get)
        .filter(Objects::nonNull)
        .filter(HelperConfig::isClusterId)
        .findFirst()
        .orElse(NAMELESS);
  }
}
