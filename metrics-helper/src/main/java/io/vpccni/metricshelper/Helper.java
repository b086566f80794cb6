package io.vpccni.metricshelper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.metricshelper.cloudwatch.PublishVerticle;
import io.vpccni.metricshelper.cloudwatch.SdkMetricSink;
import io.vpccni.metricshelper.config.HelperConfig;
import io.vpccni.metricshelper.http.HttpVerticle;
import io.vpccni.metricshelper.identity.ClusterIdentity;
import io.vpccni.metricshelper.identity.Imds;
import io.vpccni.metricshelper.identity.InstanceTags;
import io.vpccni.metricshelper.leader.LeaderVerticle;
import io.vpccni.metricshelper.leader.Leadership;
import io.vpccni.metricshelper.lease.ApiServerLease;
import io.vpccni.metricshelper.pods.ApiServer;
import io.vpccni.metricshelper.pods.ApiServerPods;
import io.vpccni.metricshelper.pods.PollVerticle;
import io.vpccni.rpc.process.CannotStart;
import io.vpccni.rpc.socket.NativeVertx;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the verticles, in order, and stops them. */
final class Helper {
  private static final Logger log = LoggerFactory.getLogger(Helper.class);
  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 8;
  private static final long RESIGN_SECONDS = 5;

  private final HelperConfig config;
  private @Nullable Vertx vertx;
  private @Nullable SdkMetricSink cloudWatch;
  private @Nullable ApiServer server;
  private @Nullable String leader;

  Helper(HelperConfig config) {
    this.config = config;
  }

  /**
   * Creates a Vert.x with one event loop, whose context the verticles share, so what they tell each
   * other needs no lock.
   */
  static Vertx vertx() {
    return Vertx.vertx(
        NativeVertx.withoutFileCache(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)));
  }

  /**
   * Returns once everything runs.
   *
   * @throws CannotStart if the API server's address or the names of cluster and region are unknown
   */
  void start() {
    var started = vertx();
    vertx = started;
    try {
      await(deploy(started), START_SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw CannotStart.because(failed);
    }
  }

  private Future<?> deploy(Vertx on) {
    return on.executeBlocking(() -> ApiServer.open(config.kubernetes(), config.aws().version(), on))
        .compose(
            api -> {
              server = api;
              var leadership =
                  new LeaderVerticle(
                      own -> new ApiServerLease(api, own),
                      config.kubernetes().replica() + "_" + UUID.randomUUID(),
                      InstantSource.system(),
                      System::nanoTime);
              var polls =
                  new PollVerticle(
                      own -> new ApiServerPods(api, own),
                      config.interval(),
                      InstantSource.system(),
                      leadership);
              return publish(on, polls)
                  .compose(_ -> serve(on, polls, leadership))
                  .compose(_ -> on.deployVerticle(leadership))
                  .onSuccess(id -> leader = id)
                  .compose(_ -> on.deployVerticle(polls));
            });
  }

  private Future<?> publish(Vertx on, PollVerticle polls) {
    if (!config.cloudWatch()) return Future.succeededFuture();
    var context = on.getOrCreateContext();
    return ClusterIdentity.find(
            config.cluster(),
            () -> new Imds(on, config.aws().metadata()).identity(),
            instance -> InstanceTags.of(instance, config.aws(), on))
        .compose(
            identity -> {
              log.atInfo()
                  .addKeyValue("cluster", identity.clusterId())
                  .addKeyValue("region", identity.region())
                  .log("Totals go to CloudWatch");
              return on.executeBlocking(
                      () -> SdkMetricSink.open(config.aws(), identity.region(), context))
                  .compose(
                      sink -> {
                        cloudWatch = sink;
                        return on.deployVerticle(
                            new PublishVerticle(polls.totals(), sink, identity.clusterId()));
                      });
            });
  }

  private Future<?> serve(Vertx on, PollVerticle polls, Leadership leadership) {
    return on.deployVerticle(
        new HttpVerticle(polls.totals(), leadership, config.address(), config.prometheus()));
  }

  void stop() {
    if (vertx == null) return;
    try {
      // First, while the API server can still be told who may lead next.
      if (leader != null) await(vertx.undeploy(leader), RESIGN_SECONDS);
    } catch (ExecutionException | TimeoutException late) {
      log.atWarn().addKeyValue("why", late.toString()).log("The Lease could not be given up");
    }
    try {
      await(vertx.close(), STOP_SECONDS);
    } catch (ExecutionException | TimeoutException late) {
      log.atWarn().addKeyValue("why", late.toString()).log("The helper did not stop cleanly");
    }
    if (cloudWatch != null) cloudWatch.close();
    if (server != null) server.close();
  }

  static <T> T await(Future<T> future, long seconds) throws ExecutionException, TimeoutException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }
}
