package io.vpccni.ipamd.pool.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Endpoints;
import io.vpccni.ipamd.ec2.LimitsReply;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsRequest;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.retry.Timers;
import io.vpccni.ipamd.retry.VertxTimers;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.Duration;

/**
 * Tells the pool what IMDS and EC2 say of the instance: its facts, its ENIs, and what its type may
 * have.
 */
final class InstanceNews {
  /** Pods that are added meanwhile wait, so it is much shorter than an ADD may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration LIMITS_RETRY = Duration.ofMinutes(1);
  private static final String TYPE_UNKNOWN = "InstanceTypeUnknown";

  private final AgentConfig config;
  private final Vertx vertx;
  private final Timers timers;
  private final EventSink pool;
  private final RaisedConditions conditions;
  private boolean askingLimits;

  InstanceNews(AgentConfig config, Vertx vertx, EventSink pool) {
    this.config = config;
    this.vertx = vertx;
    this.timers = new VertxTimers(vertx);
    this.pool = pool;
    this.conditions = RaisedConditions.on(vertx.eventBus());
  }

  Future<?> listen() {
    var bus = vertx.eventBus();
    return Future.all(
        ImdsEndpoints.FACTS.hear(bus, this::learned),
        ImdsEndpoints.VPC_CIDRS.hear(bus, _ -> readFacts(ImdsEndpoints.DEADLINE)));
  }

  /**
   * Asks IMDS which instance this is, since a checkpoint may be another one's. Completes when the
   * pool has been told, or when IMDS has not answered for a while; never fails.
   */
  Future<Void> identify() {
    return readFacts(PATIENCE).transform(_ -> Future.succeededFuture());
  }

  void readAttached() {
    ImdsEndpoints.READ_ATTACHED
        .ask(vertx.eventBus(), new ImdsRequest.ReadAttached(), ImdsEndpoints.DEADLINE)
        .onSuccess(
            reply -> {
              switch (reply) {
                case ImdsReply.Attached(var enis) ->
                    pool.tell(new PoolEvent.ImdsRead(enis, pool.now()));
                case ImdsReply.Unavailable _ ->
                    CountNames.of(PoolCount.LIST_FAILED, 1).publish(vertx.eventBus());
              }
            });
  }

  private Future<ImdsReply.FactsReply> readFacts(Duration deadline) {
    return ImdsEndpoints.READ_FACTS
        .ask(vertx.eventBus(), new ImdsRequest.ReadFacts(), deadline)
        .onSuccess(
            reply -> {
              switch (reply) {
                case ImdsReply.Facts facts -> learned(facts);
                case ImdsReply.Unavailable _ -> {} // it is published when IMDS has it
              }
            });
  }

  private void learned(ImdsReply.Facts read) {
    // First the facts: they may show that the limits known so far are another instance's.
    pool.tell(new PoolEvent.FactsKnown(read.facts(), pool.now()));
    limits(read.facts());
  }

  /** Tells what an instance of this type may have. */
  void limits(NodeFacts facts) {
    InstanceLimits.of(facts.instance().type())
        .ifPresentOrElse(
            type -> limited(facts.instance().type(), type),
            () -> {
              // The facts come again and again; one question at a time is enough.
              if (!askingLimits) askLimits(facts.instance().type());
            });
  }

  /** Asks EC2 about a type that is newer than our table. */
  private void askLimits(String instanceType) {
    askingLimits = true;
    Ec2Endpoints.LIMITS
        .ask(vertx.eventBus(), new LimitsReply.ReadLimits(), Ec2Endpoints.DEADLINE)
        .otherwise(error -> new LimitsReply.Unknown(instanceType, error.toString()))
        .onSuccess(
            reply -> {
              switch (reply) {
                case LimitsReply.Known(var type, var limits) -> {
                  askingLimits = false;
                  conditions.lower(TYPE_UNKNOWN, instanceType);
                  limited(type, limits);
                }
                case LimitsReply.Unknown(var _, var why) -> {
                  conditions.raise(
                      TYPE_UNKNOWN,
                      instanceType,
                      "NotInTable",
                      "it is not known how many ENIs it can have (" + why + "), so none is added");
                  timers.after(LIMITS_RETRY, () -> askLimits(instanceType));
                }
              }
            });
  }

  private void limited(String instanceType, InstanceLimits type) {
    var node = NodeLimits.of(config, instanceType, type);
    node.problem().ifPresent(conditions::follow);
    pool.tell(new PoolEvent.KindChanged(node.kind(), pool.now()));
    pool.tell(new PoolEvent.LimitsKnown(node.limits(), pool.now()));
  }
}
