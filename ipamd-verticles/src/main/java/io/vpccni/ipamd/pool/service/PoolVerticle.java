package io.vpccni.ipamd.pool.service;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.ec2.Ec2Endpoints;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.LimitsReply;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsRequest;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Pool;
import io.vpccni.ipamd.pool.PoolCommand;
import io.vpccni.ipamd.pool.PoolEvent;
import io.vpccni.ipamd.pool.PoolState;
import io.vpccni.ipamd.pool.PoolView.Readiness;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.service.PoolMessage.Assign;
import io.vpccni.ipamd.pool.service.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.service.PoolMessage.Cancel;
import io.vpccni.ipamd.pool.service.PoolMessage.Found;
import io.vpccni.ipamd.pool.service.PoolMessage.Health;
import io.vpccni.ipamd.pool.service.PoolMessage.Release;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the pool's state: turns messages, timers and results into events, and commands into calls.
 * Everything runs on this verticle's context, so the state needs no lock.
 */
public final class PoolVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(PoolVerticle.class);

  /** ENIConfigs are not watched: one that is made or corrected later is seen by then. */
  private static final Duration ENI_CONFIG_EACH = Duration.ofSeconds(30);

  private static final Duration TICK = Duration.ofSeconds(5);
  private static final Duration LIMITS_RETRY = Duration.ofMinutes(1);
  private static final String TYPE_UNKNOWN = "InstanceTypeUnknown";
  private static final Duration ANNOUNCE_EACH = Duration.ofMillis(100);

  private final AgentConfig config;
  private final Checkpoint checkpoint;
  private final InstantSource clock;
  private final CallIds callIds;

  private final Map<CallId, Promise<AssignReply>> adds = new HashMap<>();
  private final Map<CallId, Promise<ReleaseReply>> dels = new HashMap<>();
  private final Queue<PoolEvent> events = new ArrayDeque<>();
  private boolean handling;
  private PoolState state;
  private Optional<Long> alarm = Optional.empty();
  private Instant alarmAt = Instant.MAX;
  private boolean announcing;

  public PoolVerticle(
      AgentConfig config, Checkpoint checkpoint, InstantSource clock, CallIds callIds) {
    this.config = config;
    this.checkpoint = checkpoint;
    this.clock = clock;
    this.callIds = callIds;
    this.state = PoolState.initial(config.pool());
  }

  /** Complete once the checkpoint has been read; calls that come earlier wait. */
  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    return Future.all(
            PoolEndpoints.ASSIGN.serve(bus, this::assign),
            PoolEndpoints.CANCEL.serve(bus, this::cancel),
            PoolEndpoints.RELEASE.serve(bus, this::release))
        .compose(
            _ ->
                Future.all(
                    PoolEndpoints.FIND.serve(
                        bus,
                        asked ->
                            Future.succeededFuture(new Found(state.holding(asked.attachment())))),
                    PoolEndpoints.VIEW.serve(bus, _ -> Future.succeededFuture(state.view())),
                    PoolEndpoints.HEALTH.serve(bus, _ -> Future.succeededFuture(health()))))
        .compose(_ -> listen(bus))
        .compose(_ -> vertx.executeBlocking(checkpoint::load))
        .onSuccess(
            loaded -> {
              handle(new PoolEvent.CheckpointLoaded(loaded.durable(), loaded.unreadable(), now()));
              loaded.durable().agent().flatMap(agent -> agent.facts()).ifPresent(this::lastKnown);
              vertx.setPeriodic(TICK.toMillis(), _ -> handle(new PoolEvent.Ticked(now())));
              if (config.features().customNetworking()) {
                vertx.setPeriodic(ENI_CONFIG_EACH.toMillis(), _ -> readEniConfig());
              }
            });
  }

  private Future<?> listen(EventBus bus) {
    return Future.all(
        ImdsEndpoints.FACTS.hear(bus, this::learned),
        ImdsEndpoints.VPC_CIDRS.hear(bus, _ -> readFacts()),
        KubernetesEndpoints.NODE.hear(bus, this::nodeChanged),
        KubernetesEndpoints.DEMAND.hear(
            bus, demand -> handle(new PoolEvent.PodsBound(demand.podsWithoutAddress(), now()))),
        ConditionChanged.TOPIC.hear(bus, this::conditionChanged),
        DataplaneEndpoints.NEWS.hear(bus, this::heard));
  }

  /** Nothing grows or shrinks any more; calls are still answered. */
  public void terminating() {
    context.runOnContext(_ -> handle(new PoolEvent.TerminationStarted(now())));
  }

  // ---- what others ask

  private Future<Assigned> assign(Assign asked) {
    boolean fresh = state.holding(asked.attachment()).isEmpty();
    Promise<AssignReply> answer = Promise.promise();
    adds.put(asked.call(), answer);
    handle(
        new PoolEvent.AddReceived(
            asked.call(),
            asked.attachment(),
            asked.pod(),
            asked.wiring(),
            asked.everyCard(),
            now()));
    return answer.future().map(reply -> new Assigned(reply, fresh));
  }

  private Future<BusMessage.Done> cancel(Cancel asked) {
    handle(new PoolEvent.AddCancelled(asked.call(), now()));
    // The pool answers no cancelled call; one that was answered before is not here any more.
    var forgotten = adds.remove(asked.call());
    if (forgotten != null) forgotten.fail("the caller went away");
    return Future.succeededFuture(new BusMessage.Done());
  }

  private Future<ReleaseReply> release(Release asked) {
    var call = callIds.next();
    Promise<ReleaseReply> answer = Promise.promise();
    dels.put(call, answer);
    handle(new PoolEvent.DelReceived(call, asked.attachment(), asked.pendingVeths(), now()));
    return answer.future();
  }

  private Health health() {
    var obstacle =
        switch (state.view().readiness()) {
          case Readiness.Ready _ -> Optional.<String>empty();
          case Readiness.NotReady(var why) -> Optional.of(why);
        };
    boolean limited =
        state.conditions().keySet().stream()
            .anyMatch(key -> key.name().equals(Condition.Name.ADDRESS_LOST.text()));
    return new Health(state.started(), obstacle, limited);
  }

  // ---- one event after the other

  /** In the order of arrival: performing a command may bring the next event at once. */
  private void handle(PoolEvent event) {
    events.add(event);
    if (handling) return;
    handling = true;
    try {
      for (var next = events.poll(); next != null; next = events.poll()) decide(next);
    } finally {
      handling = false;
    }
  }

  private void decide(PoolEvent event) {
    var before = state;
    var decision = Pool.decide(before, event);
    state = decision.next();
    for (var command : decision.commands()) perform(command);
    if (before.conditions() != state.conditions()) {
      ConditionNews.between(before.conditions(), state.conditions())
          .forEach(news -> news.tell(log, vertx.eventBus()));
    }
    announce();
  }

  private void perform(PoolCommand command) {
    switch (command) {
      case PoolCommand.Save(var version, var snapshot) -> save(version, snapshot);
      case PoolCommand.AnswerAdd(var call, var reply) -> {
        var waiting = adds.remove(call);
        if (waiting != null) waiting.complete(reply);
      }
      case PoolCommand.AnswerDel(var call, var reply) -> {
        var waiting = dels.remove(call);
        if (waiting != null) waiting.complete(reply);
      }
      case PoolCommand.AskEc2(var request, var ask) ->
          Ec2Endpoints.EC2
              .ask(vertx.eventBus(), ask, Ec2Endpoints.DEADLINE)
              .otherwise(
                  error ->
                      new Ec2Reply.Failed(
                          ask.getClass().getSimpleName(),
                          "NoAnswer",
                          error.toString(),
                          Ec2Reply.FailureKind.OUTCOME_UNKNOWN,
                          Optional.empty()))
              .onSuccess(reply -> handle(new PoolEvent.Ec2Answered(request, reply, now())));
      case PoolCommand.ReadImds() -> readImds();
      case PoolCommand.ListVeths(var request) ->
          ask(new DataplaneRequest.ListVeths())
              .onSuccess(
                  reply ->
                      handle(
                          reply instanceof DataplaneReply.Veths(var veths)
                              ? new PoolEvent.VethsListed(request, veths, now())
                              : new PoolEvent.VethsUnknown(request, reply.toString(), now())));
      case PoolCommand.ApplyHost(var enis) ->
          ask(new DataplaneRequest.ApplyHost(enis)).onSuccess(this::hostAnswered);
      case PoolCommand.DetachPod(var holding) ->
          ask(new DataplaneRequest.Detach(holding))
              .onSuccess(
                  reply ->
                      handle(
                          reply instanceof DataplaneReply.Detached(var veths)
                              ? new PoolEvent.PodDetached(holding.attachment(), veths, now())
                              : new PoolEvent.PodDetachFailed(
                                  holding.attachment(), reply.toString(), now())));
      case PoolCommand.WakeAt(var at) -> wakeAt(at);
    }
  }

  private void save(long version, PoolState snapshot) {
    long start = System.nanoTime();
    vertx
        .executeBlocking(
            () -> {
              checkpoint.save(snapshot.durable());
              return null;
            })
        .<PoolEvent>map(_ -> new PoolEvent.CheckpointSaved(version, now()))
        .otherwise(why -> new PoolEvent.SaveFailed(version, why.toString(), now()))
        .onSuccess(
            event -> {
              Measured.since(start, Phase.CHECKPOINT, event instanceof PoolEvent.CheckpointSaved)
                  .publish(vertx.eventBus());
              handle(event);
            });
  }

  private void wakeAt(Instant at) {
    if (alarm.isPresent() && !at.isBefore(alarmAt)) return;
    alarm.ifPresent(vertx::cancelTimer);
    alarmAt = at;
    alarm =
        Optional.of(
            vertx.setTimer(
                Math.max(1, Duration.between(now(), at).toMillis() + 1),
                _ -> {
                  alarm = Optional.empty();
                  handle(new PoolEvent.Woken(now()));
                }));
  }

  /** Readers ask for what they need; this only tells them that it is worth while. */
  private void announce() {
    if (announcing) return;
    announcing = true;
    vertx.setTimer(
        ANNOUNCE_EACH.toMillis(),
        _ -> {
          announcing = false;
          PoolEndpoints.CHANGED.publish(vertx.eventBus(), new PoolMessage.Changed());
        });
  }

  // ---- what others announce

  private void lastKnown(NodeFacts facts) {
    handle(new PoolEvent.FactsKnown(facts, now()));
    limits(facts);
    ImdsEndpoints.IMDS
        .ask(vertx.eventBus(), new ImdsRequest.LastKnown(facts), ImdsEndpoints.DEADLINE)
        .onSuccess(this::factsRead);
  }

  private void readFacts() {
    ImdsEndpoints.IMDS
        .ask(vertx.eventBus(), new ImdsRequest.ReadFacts(), ImdsEndpoints.DEADLINE)
        .onSuccess(this::factsRead);
  }

  private void factsRead(ImdsReply reply) {
    if (reply instanceof ImdsReply.Facts facts) learned(facts);
  }

  private void learned(ImdsReply.Facts read) {
    limits(read.facts());
    handle(new PoolEvent.FactsKnown(read.facts(), now()));
  }

  private void limits(NodeFacts facts) {
    InstanceLimits.of(facts.instanceType())
        .ifPresentOrElse(
            type -> limited(facts.instanceType(), type), () -> askLimits(facts.instanceType()));
  }

  /** A type newer than our table: EC2 knows it. */
  private void askLimits(String instanceType) {
    Ec2Endpoints.LIMITS
        .ask(vertx.eventBus(), new LimitsReply.ReadLimits(), Ec2Endpoints.DEADLINE)
        .otherwise(error -> new LimitsReply.Unknown(instanceType, error.toString()))
        .onSuccess(
            reply -> {
              switch (reply) {
                case LimitsReply.Known(var type, var limits) -> {
                  publish(ConditionChanged.over(TYPE_UNKNOWN, instanceType));
                  limited(type, limits);
                }
                case LimitsReply.Unknown(var _, var why) -> {
                  publish(
                      ConditionChanged.raised(
                          TYPE_UNKNOWN,
                          instanceType,
                          "NotInTable",
                          "how many ENIs it takes is unknown (" + why + "): none is added"));
                  vertx.setTimer(LIMITS_RETRY.toMillis(), _ -> askLimits(instanceType));
                }
              }
            });
  }

  private void limited(String instanceType, InstanceLimits type) {
    var node = NodeLimits.of(config, instanceType, type);
    node.problem().ifPresent(this::publish);
    if (node.kind() != state.settings().kind()) {
      handle(new PoolEvent.SettingsChanged(state.settings().withKind(node.kind()), now()));
    }
    if (!state.limits().equals(Optional.of(node.limits()))) {
      handle(new PoolEvent.LimitsKnown(node.limits(), now()));
    }
  }

  private void readImds() {
    ImdsEndpoints.IMDS
        .ask(vertx.eventBus(), new ImdsRequest.ReadAttached(), ImdsEndpoints.DEADLINE)
        .onSuccess(
            reply -> {
              if (reply instanceof ImdsReply.Attached(var enis)) {
                handle(new PoolEvent.ImdsRead(enis, now()));
              }
            });
  }

  private void nodeChanged(io.vpccni.ipamd.kubernetes.NodeState node) {
    handle(new PoolEvent.NodeChanged(NodeOverrides.state(node), now()));
    var wanted = NodeOverrides.targets(config.pool().targets(), node.annotations());
    if (!wanted.equals(state.settings().targets())) {
      log.atInfo().addKeyValue("targets", wanted).log("warm targets changed by node annotation");
      handle(new PoolEvent.SettingsChanged(state.settings().withTargets(wanted), now()));
    }
    if (config.features().customNetworking()) readEniConfig();
  }

  private void readEniConfig() {
    KubernetesEndpoints.KUBERNETES
        .ask(vertx.eventBus(), new KubernetesRequest.ReadEniConfig(), KubernetesEndpoints.DEADLINE)
        .onSuccess(
            reply -> {
              switch (reply) {
                case KubernetesReply.EniConfig(var _, var network) ->
                    handle(new PoolEvent.EniConfigChanged(Optional.of(network), now()));
                case KubernetesReply.NotUsable _ ->
                    handle(new PoolEvent.EniConfigChanged(Optional.empty(), now()));
                // Unknown removes nothing: the last one stays in force.
                default -> {}
              }
            });
  }

  private void conditionChanged(ConditionChanged changed) {
    var key = new Condition.Key(changed.name(), changed.subject());
    handle(
        changed.raised()
            ? new PoolEvent.ConditionRaised(
                new Condition(key, changed.reason(), changed.detail(), now()), now())
            : new PoolEvent.ConditionCleared(key, now()));
  }

  private void heard(DataplaneNews news) {
    switch (news) {
      case DataplaneNews.Connected(var host) -> {
        handle(new PoolEvent.HostApplied(host.tables(), host.missing(), now()));
        handle(new PoolEvent.DataplaneConnected(now()));
      }
      case DataplaneNews.HostChanged(var host) -> hostAnswered(host);
      case DataplaneNews.Lost(var why) -> handle(new PoolEvent.DataplaneLost(why, now()));
      case DataplaneNews.VethsDeleted(var names) ->
          handle(new PoolEvent.VethsDeleted(names, now()));
      case DataplaneNews.Repaired _ -> {} // counted by the metrics
    }
  }

  private void hostAnswered(DataplaneReply reply) {
    if (reply instanceof DataplaneReply.HostApplied(var tables, var missing, var _)) {
      handle(new PoolEvent.HostApplied(tables, missing, now()));
    } else {
      log.atWarn().addKeyValue("reply", reply).log("host settings were not applied");
    }
  }

  /** Never fails: whoever asked is told what is unknown. */
  private Future<DataplaneReply> ask(DataplaneRequest request) {
    return DataplaneEndpoints.DATAPLANE
        .ask(vertx.eventBus(), request, DataplaneEndpoints.DEADLINE)
        .otherwise(error -> new DataplaneReply.Unavailable(Objects.toString(error), true));
  }

  private void publish(ConditionChanged change) {
    ConditionChanged.TOPIC.publish(vertx.eventBus(), change);
  }

  private Instant now() {
    return clock.instant();
  }
}
