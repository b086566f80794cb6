package io.vpccni.metricshelper.identity;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.metricshelper.config.HelperConfig;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.TagDescription;

/** Asks EC2 for the tags of an instance; needs the permission {@code ec2:DescribeTags}. */
public final class InstanceTags {
  private InstanceTags() {}

  /**
   * Returns those tags that may name the cluster. It makes a client for this one call and blocks
   * while it is made and closed, so never on an event loop.
   */
  public static Future<Map<String, String>> of(
      InstanceIdentity instance, HelperConfig.Aws settings, Vertx vertx) {
    return vertx
        .executeBlocking(() -> read(instance, settings), false)
        .map(tags -> Objects.requireNonNullElse(tags, Map.<String, String>of()));
  }

  private static Map<String, String> read(InstanceIdentity instance, HelperConfig.Aws settings) {
    try (var http = NettyNioAsyncHttpClient.create();
        var ec2 =
            Ec2AsyncClient.builder()
                .region(Region.of(instance.region()))
                .httpClient(http)
                .overrideConfiguration(
                    config -> config.apiCallTimeout(settings.timeout().multipliedBy(2)))
                .build()) {
      return ec2
          .describeTags(
              request ->
                  request.filters(
                      filter("resource-id", instance.instanceId()),
                      filter("key", ClusterIdentity.TAGS.toArray(String[]::new))))
          .join()
          .tags()
          .stream()
          .collect(Collectors.toMap(TagDescription::key, TagDescription::value));
    }
  }

  private static Filter filter(String name, String... values) {
    return Filter.builder().name(name).values(values).build();
  }
}
