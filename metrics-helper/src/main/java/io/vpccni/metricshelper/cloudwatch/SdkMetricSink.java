package io.vpccni.metricshelper.cloudwatch;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vpccni.metricshelper.config.HelperConfig;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/** Sends points with AWS's own client, which finds credentials and endpoint by itself. */
public final class SdkMetricSink implements MetricSink, AutoCloseable {
  /** Source of the namespace, the dimension and the unit: amazon-vpc-cni-k8s v1.23.1. */
  private static final String NAMESPACE = "Kubernetes";

  private static final String DIMENSION = "CLUSTER_ID";

  /** These codes say that a point itself is wrong; all others say something about the moment. */
  private static final Set<String> FOR_GOOD =
      Set.of(
          "InvalidParameterValue",
          "InvalidParameterValueException",
          "InvalidParameterCombination",
          "InvalidParameterCombinationException",
          "MissingParameter",
          "MissingRequiredParameterException",
          "ValidationError");

  /** The same request would be too large again; its halves may not be. */
  private static final int TOO_LARGE = 413;

  private final CloudWatchAsyncClient client;
  private final SdkEventLoopGroup loops;
  private final Context context;

  private SdkMetricSink(CloudWatchAsyncClient client, SdkEventLoopGroup loops, Context context) {
    this.client = client;
    this.loops = loops;
    this.context = context;
  }

  /**
   * Opens the client, which blocks while classes are loaded.
   *
   * @param context where the futures complete
   */
  public static SdkMetricSink open(HelperConfig.Aws settings, String region, Context context) {
    var loops = SdkEventLoopGroup.builder().numberOfThreads(1).build();
    var client =
        CloudWatchAsyncClient.builder()
            .region(Region.of(region))
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().eventLoopGroup(loops))
            .asyncConfiguration(
                config ->
                    // We change to our own context anyway.
                    config.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
            .overrideConfiguration(
                config ->
                    config
                        .apiCallAttemptTimeout(settings.timeout())
                        .apiCallTimeout(settings.timeout().multipliedBy(3))
                        .putAdvancedOption(
                            SdkAdvancedClientOption.USER_AGENT_SUFFIX,
                            "amazon-vpc-cni-k8s/" + settings.version()))
            .build();
    return new SdkMetricSink(client, loops, context);
  }

  @Override
  public Future<Void> put(String clusterId, List<Point> points) {
    var dimension = Dimension.builder().name(DIMENSION).value(clusterId).build();
    var data = points.stream().map(point -> datum(point, dimension)).toList();
    return Future.fromCompletionStage(
            client.putMetricData(request -> request.namespace(NAMESPACE).metricData(data)), context)
        .<Void>mapEmpty()
        .recover(error -> Future.failedFuture(sorted(error)));
  }

  private static MetricDatum datum(Point point, Dimension dimension) {
    return MetricDatum.builder()
        .metricName(point.name())
        .value(point.value())
        .unit(StandardUnit.COUNT)
        .timestamp(point.at())
        .dimensions(dimension)
        .build();
  }

  static Throwable sorted(Throwable error) {
    var cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof AwsServiceException refused && isForGood(refused)
        ? new Refused(String.valueOf(refused.getMessage()), refused)
        : cause;
  }

  private static boolean isForGood(AwsServiceException refused) {
    return refused.statusCode() == TOO_LARGE
        || (refused.awsErrorDetails() != null
            && FOR_GOOD.contains(refused.awsErrorDetails().errorCode()));
  }

  /** Closes the client, which blocks for a moment; requests under way fail. */
  @Override
  public void close() {
    client.close();
    loops.eventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1000);
  }
}
