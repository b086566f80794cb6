package io.vpccni.ipamd.branch.service;

import io.reactivex.rxjava3.core.Flowable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AddFeature;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.stream.Streams;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the VPC resource controller for this node's trunk ENI, by a feature of the node's CNINode,
 * until the trunk is there. {@link TrunkRequest} decides; this verticle is deployed only with
 * {@code ENABLE_POD_ENI}.
 */
public final class TrunkVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(TrunkVerticle.class);

  /** The pool changes at least at each of its ticks, so a CNINode that failed is tried again. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final AgentConfig config;
  private @Nullable RaisedConditions conditions;

  public TrunkVerticle(AgentConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    conditions = RaisedConditions.on(bus);
    var streams = new Streams(context);
    var poolChanges = streams.newestOfEach(AGAIN, streams.heard(bus, PoolEndpoints.CHANGED));
    until(streams, poolChanges, this::askForTrunk);
    if (config.features().customNetworking()) {
      var nodeChanges = streams.heard(bus, KubernetesEndpoints.NODE);
      // Nobody tells that a CNINode or an ENIConfig has come.
      until(streams, Flowable.merge(nodeChanges, streams.ticks(AGAIN)), this::tellNetwork);
    }
    return Future.succeededFuture();
  }

  /** Acts at once and at each occasion, until the action completes with true. */
  private static void until(
      Streams streams, Flowable<?> occasions, Supplier<Future<Boolean>> action) {
    streams.each(
        streams
            .oneAtATime(occasions.map(_ -> true).startWithItem(true), _ -> action.get())
            .takeUntil(done -> done),
        _ -> {});
  }

  /** Completes with whether the trunk ENI is there. */
  private Future<Boolean> askForTrunk() {
    return PoolEndpoints.VIEW
        .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
        .compose(this::askForTrunk)
        .otherwise(false); // the pool does not answer yet
  }

  private Future<Boolean> askForTrunk(PoolView view) {
    return switch (TrunkRequest.next(view, config.ipv6())) {
      case TrunkRequest.Step.Attached _ -> {
        log.info("The trunk ENI is attached");
        conditions().lower(TrunkRequest.CONDITION, "");
        yield Future.succeededFuture(true);
      }
      case TrunkRequest.Step.Ask _ ->
          write(TrunkRequest.TRUNK)
              .onSuccess(
                  reply -> {
                    conditions().follow(TrunkRequest.asked(reply));
                    countFailure(reply, "tryEnableSecurityGroupsForPods");
                  })
              .map(false);
      case TrunkRequest.Step.Blocked(var why) -> {
        conditions().follow(why);
        yield Future.succeededFuture(false);
      }
      case TrunkRequest.Step.Wait _ -> Future.succeededFuture(false);
    };
  }

  /** Tells the controller which ENIConfig the node uses; completes with whether it is told. */
  private Future<Boolean> tellNetwork() {
    return new KubernetesCalls(vertx.eventBus())
        .eniConfig()
        .compose(
            reply ->
                switch (TrunkRequest.network(reply)) {
                  case TrunkRequest.Network.Nothing _ -> Future.succeededFuture(true);
                  case TrunkRequest.Network.Unknown _ -> Future.succeededFuture(false);
                  case TrunkRequest.Network.Tell(var feature) -> tell(feature);
                });
  }

  private Future<Boolean> tell(AddFeature feature) {
    return write(feature)
        .map(
            reply -> {
              var told = TrunkRequest.told(feature, reply);
              conditions().follow(told);
              countFailure(reply, "nodeInit");
              return !told.raised();
            });
  }

  /**
   * @param step the reference's name of it
   */
  private void countFailure(KubernetesReply.WriteReply reply, String step) {
    switch (reply) {
      case KubernetesReply.Written _ -> {}
      case KubernetesReply.Failed _ ->
          new Counted(Counter.POD_ENI_ERRORS, step).publish(vertx.eventBus());
    }
  }

  private Future<KubernetesReply.WriteReply> write(AddFeature feature) {
    return new KubernetesCalls(vertx.eventBus()).write(feature);
  }

  private RaisedConditions conditions() {
    return Objects.requireNonNull(conditions, "started");
  }
}
