package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.reactivex.rxjava3.core.Flowable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.EniConfigReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.Failed;
import io.vpccni.ipamd.kubernetes.KubernetesReply.WriteReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AddFeature;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AnnotatePodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ClearPodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.Write;
import io.vpccni.ipamd.kubernetes.PodDemand;
import io.vpccni.ipamd.kubernetes.WarningEvent;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the Kubernetes client. Its start waits for nothing: the client is loaded in the background,
 * and everything that needs it is answered "unavailable" until the API server has been reached.
 */
public final class KubernetesVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(KubernetesVerticle.class);
  private static final Duration LOOK_PERIOD = Duration.ofSeconds(5);
  private static final Duration OPEN_AGAIN = Duration.ofSeconds(10);

  /** An ENIConfig may have come or changed without a change of the node. */
  private static final Duration REMINDER = Duration.ofMinutes(1);

  /** More pods than a node has; one that is dropped is found by those who wait for it. */
  private static final int MOST_PODS = 1024;

  private final KubernetesSettings settings;
  private final ElapsedClock clock;
  private final Shared<ApiServer> opening = new Shared<>();
  private final EventBudget budget = new EventBudget();
  private @Nullable Vertx loop;
  private @Nullable ApiServer server;
  private KubernetesNode node = KubernetesNode.UNKNOWN;
  private @Nullable WatchConditions watches;

  public KubernetesVerticle(KubernetesSettings settings, ElapsedClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    watches = new WatchConditions(RaisedConditions.on(bus), settings.nodeName());
    return Future.all(
            KubernetesEndpoints.ENI_CONFIG.serve(
                vertx.eventBus(), _ -> blocking(this::readEniConfig, failed -> failed)),
            KubernetesEndpoints.POD.serve(
                vertx.eventBus(),
                wanted -> blocking(open -> open.pods().reply(wanted), failed -> failed)),
            KubernetesEndpoints.WRITE.serve(
                vertx.eventBus(),
                change -> blocking(open -> written(open, change), failed -> failed)),
            KubernetesEndpoints.EVENTS.hear(vertx.eventBus(), this::emit))
        .onSuccess(
            _ -> {
              if (settings.watchesNode()) watch();
            });
  }

  /**
   * Stops at once, and not after a watch that is being opened; nobody waits for what the loop still
   * does.
   */
  @Override
  public Future<?> stop() {
    var open = server;
    var clients = loop;
    return vertx
        .executeBlocking(
            () -> {
              if (open != null) open.close();
              return null;
            },
            false)
        .onComplete(
            _ -> {
              if (clients != null) clients.close();
            });
  }

  /** The watches reconnect by themselves; only a client that cannot be made is tried again here. */
  private void watch() {
    var streams = new Streams(context);
    streams.each(
        streams
            .retried(
                () ->
                    server()
                        .compose(open -> vertx.executeBlocking(open::watch))
                        .onFailure(this::noClient),
                _ -> OPEN_AGAIN)
            .toFlowable(),
        watched -> {
          streams.each(
              changes(streams, watched.nodes(), watches().node(), KubernetesNode.UNKNOWN),
              this::nodeChanged);
          streams.each(
              changes(streams, watched.demands(), watches().pods(), new PodDemand(Set.of())),
              demand -> KubernetesEndpoints.DEMAND.publish(vertx.eventBus(), demand));
          streams.each(
              streams.buffered(watched.annotated(), MOST_PODS),
              told -> KubernetesEndpoints.ANNOTATED.publish(vertx.eventBus(), told));
          streams.each(streams.newest(watched.nodeProblems()), watches().node()::failed);
          streams.each(streams.newest(watched.podProblems()), watches().pods()::failed);
        });
    streams.each(streams.ticks(LOOK_PERIOD), _ -> lookAtWatches());
    streams.each(streams.ticks(REMINDER), _ -> remind());
  }

  /** States that differ from the one before; hearing of any shows that the watch stands. */
  private static <T> Flowable<T> changes(
      Streams streams, Flowable<T> states, WatchCondition watch, T before) {
    return streams
        .newest(states)
        .doOnNext(_ -> watch.heard())
        .startWithItem(before)
        .distinctUntilChanged()
        .skip(1);
  }

  private void noClient(Throwable error) {
    log.atWarn().addKeyValue(LogKeys.WHY, error).log("The Kubernetes client could not be created");
    watches().node().raise(String.valueOf(error.getMessage()));
  }

  private Future<ApiServer> server() {
    if (!settings.enabled()) {
      return Future.failedFuture(
          new KubernetesClientException("the Kubernetes API is switched off"));
    }
    if (server != null) {
      return Future.succeededFuture(server);
    }
    // Loading the client's classes takes a second: not on an event loop.
    return opening
        .join(
            () ->
                clientLoop()
                    .compose(
                        clients -> vertx.executeBlocking(() -> new ApiServer(settings, clients))))
        .onSuccess(open -> server = open);
  }

  /**
   * The client reads JSON on the loop that its answers come by; on a busy node that is seconds at
   * first, in which the agent's own loop would answer no ADD.
   */
  private Future<Vertx> clientLoop() {
    if (loop != null) return Future.succeededFuture(loop);
    var options =
        NativeVertx.withoutFileCache(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    // Not on a thread of Vert.x, which takes a second instance made there for a mistake.
    return Future.fromCompletionStage(
            CompletableFuture.supplyAsync(() -> Vertx.vertx(options)), context)
        .onSuccess(made -> loop = made);
  }

  private void nodeChanged(KubernetesNode changed) {
    node = changed;
    KubernetesEndpoints.NODE.publish(vertx.eventBus(), node);
  }

  private void remind() {
    if (node.known()) KubernetesEndpoints.NODE.publish(vertx.eventBus(), node);
  }

  private void lookAtWatches() {
    var open = server;
    watches()
        .look(
            open == null
                ? new WatchConditions.Standing(false, false, settings.watchPods())
                : new WatchConditions.Standing(
                    open.isWatching(), open.pods().isWatching(), settings.watchPods()));
  }

  private WatchConditions watches() {
    return Objects.requireNonNull(watches, "started");
  }

  private static WriteReply written(ApiServer open, Write change) {
    switch (change) {
      case AnnotatePodIp set -> open.pods().annotateIp(set);
      case ClearPodIp clear -> open.pods().clearIp(clear);
      case AddFeature(var feature, var value) -> open.custom().addFeature(feature, value);
    }
    return new KubernetesReply.Written();
  }

  private EniConfigReply readEniConfig(ApiServer open) {
    var name = ObjectViews.eniConfig(node.known() ? node : open.node(), settings);
    return ObjectViews.reply(name, open.custom().eniConfig(name), settings);
  }

  /**
   * Runs on a worker thread; refusals become replies.
   *
   * @param failed a failure as a reply to this question
   */
  private <R extends KubernetesReply> Future<R> blocking(
      Function<ApiServer, R> action, Function<Failed, R> failed) {
    return server()
        .compose(open -> vertx.executeBlocking(() -> action.apply(open), false))
        .recover(
            error ->
                ApiFailure.reply(error)
                    .map(reply -> Future.succeededFuture(failed.apply(reply)))
                    .orElseGet(() -> Future.failedFuture(error)));
  }

  private void emit(WarningEvent event) {
    var now = clock.instant();
    if (!settings.tellsEvents() || !budget.take(event, now)) return;
    server()
        .compose(
            open ->
                vertx.executeBlocking(
                    () -> {
                      open.events().emit(event, clock.date(now));
                      return null;
                    },
                    false))
        .onFailure(
            error -> {
              budget.giveBack(event);
              log.atWarn()
                  .addKeyValue(LogKeys.EVENT, event.reason())
                  .addKeyValue(LogKeys.WHY, error)
                  .log("A Kubernetes event was not sent");
            });
  }
}
