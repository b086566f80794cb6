package io.vpccni.ipamd.pool.service;

import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.condition.ConditionsWanted;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.metrics.Stopwatch;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.PoolMessage.Cancel;
import io.vpccni.ipamd.pool.PoolMessage.Detaching;
import io.vpccni.ipamd.pool.PoolMessage.Found;
import io.vpccni.ipamd.pool.PoolMessage.Release;
import io.vpccni.ipamd.pool.PoolMessage.Trunk;
import io.vpccni.ipamd.pool.PoolMessage.Undo;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.decide.DecisionNotes;
import io.vpccni.ipamd.pool.decide.Explanations;
import io.vpccni.ipamd.pool.decide.HealthCheck;
import io.vpccni.ipamd.pool.decide.Pool;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the pool's state: one event after the other goes through {@link Pool#decide}, and what it
 * decides is performed. Everything runs on this verticle's context, so the state needs no lock.
 */
public final class PoolVerticle extends VerticleBase implements EventSink {
  private static final Logger log = LoggerFactory.getLogger(PoolVerticle.class);
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final Duration ANNOUNCE_EACH = Duration.ofMillis(100);

  private final AgentConfig config;
  private final Checkpoint checkpoint;
  private final ElapsedClock clock;
  private final CallIds callIds;
  private final Callers callers = new Callers();
  private final DecisionHistory history = new DecisionHistory();
  private final Queue<PoolEvent> events = new ArrayDeque<>();
  private final Promise<Void> restored = Promise.promise();
  private PoolState state;
  private Streams streams;
  private CommandPerformer performer;
  private Programmer programmer;
  private InstanceNews instance;
  private NodeNews node;
  private boolean handling;

  /** Readers ask for what they need; this only tells them that it is worth while. */
  private final PublishProcessor<PoolMessage.Changed> changes = PublishProcessor.create();

  @SuppressWarnings("NullAway.Init") // init() comes first
  public PoolVerticle(
      AgentConfig config, Checkpoint checkpoint, ElapsedClock clock, CallIds callIds) {
    this.config = config;
    this.checkpoint = checkpoint;
    this.clock = clock;
    this.callIds = callIds;
    this.state = PoolState.initial(config.pool());
  }

  @Override
  public void init(Vertx vertx, Context context) {
    super.init(vertx, context);
    streams = new Streams(context);
    programmer = new Programmer(vertx.eventBus(), this);
    instance = new InstanceNews(config, vertx, this);
    node = new NodeNews(config, vertx, streams, this);
    performer = new CommandPerformer(vertx, this, checkpoint, callers, programmer, instance);
  }

  /**
   * Completes once the checkpoint has been taken over; calls that come earlier wait. IMDS is asked
   * first, because a checkpoint of another instance must not be acted on.
   */
  @Override
  public Future<?> start() {
    return serve(vertx.eventBus())
        .compose(_ -> ConditionChanged.TOPIC.hear(vertx.eventBus(), this::conditionChanged))
        .onSuccess(_ -> ConditionsWanted.TOPIC.publish(vertx.eventBus(), new ConditionsWanted()))
        .compose(_ -> Future.all(instance.listen(), node.listen(), programmer.listen()))
        .compose(_ -> vertx.executeBlocking(checkpoint::load))
        .compose(loaded -> identified(loaded.durable()).map(loaded))
        .onSuccess(this::restore);
  }

  private Future<Void> identified(Durable durable) {
    var asked = instance.identify();
    // Otherwise there is nothing to compare: nobody need wait.
    return durable.agent().flatMap(agent -> agent.facts()).isPresent()
        ? asked
        : Future.succeededFuture();
  }

  private void restore(Checkpoint.Loaded loaded) {
    streams.each(
        streams.newestOfEach(ANNOUNCE_EACH, changes),
        changed -> PoolEndpoints.CHANGED.publish(vertx.eventBus(), changed));
    tell(
        new PoolEvent.CheckpointLoaded(
            loaded.durable(), loaded.unreadable(), loaded.givenHere(), now()));
    state.context().facts().ifPresent(instance::limits);
    restored.complete();
    streams.each(streams.ticks(TICK), _ -> tell(new PoolEvent.Ticked(now())));
  }

  private Future<?> serve(EventBus bus) {
    return Future.all(
        List.of(
            PoolEndpoints.ASSIGN.serve(bus, this::assign),
            PoolEndpoints.SAVED.serve(bus, asked -> callers.saved(asked.call())),
            PoolEndpoints.CANCEL.serve(bus, this::cancel),
            PoolEndpoints.RELEASE.serve(bus, this::release),
            PoolEndpoints.UNDO.serve(bus, this::undo),
            PoolEndpoints.FIND.serve(
                bus,
                asked ->
                    restored
                        .future()
                        .map(_ -> new Found(PoolViews.holding(state, asked.attachment())))),
            PoolEndpoints.DETACHING.serve(
                bus,
                asked ->
                    Future.succeededFuture(
                        new Detaching(state.links().detaching().contains(asked.attachment())))),
            // Without the checkpoint's pods, a view would make the data plane remove their rules.
            PoolEndpoints.VIEW.serve(bus, _ -> restored.future().map(_ -> PoolViews.of(state))),
            PoolEndpoints.TRUNK.serve(
                bus, _ -> restored.future().map(_ -> new Trunk(PoolViews.trunkMac(state)))),
            PoolEndpoints.EXPLAIN.serve(
                bus,
                asked ->
                    restored.future().map(_ -> Explanations.of(state, asked.subject(), now()))),
            PoolEndpoints.HISTORY.serve(
                bus, _ -> Future.succeededFuture(new PoolMessage.History(history.entries()))),
            PoolEndpoints.HEALTH.serve(bus, _ -> Future.succeededFuture(HealthCheck.of(state)))));
  }

  /**
   * Takes note that the node is going away: nothing grows or shrinks any more, and calls are still
   * answered.
   */
  public void terminating() {
    context.runOnContext(_ -> tell(new PoolEvent.TerminationStarted(now())));
  }

  // ---- what others ask

  private Future<Assigned> assign(Assign asked) {
    var answer = callers.add(asked.call());
    tell(
        new PoolEvent.AddReceived(
            asked.call(),
            asked.attachment(),
            asked.pod(),
            asked.wiring(),
            asked.everyCard(),
            now()));
    return answer;
  }

  private Future<BusMessage.Done> cancel(Cancel asked) {
    tell(new PoolEvent.AddCancelled(asked.call(), now()));
    callers.cancel(asked.call());
    return Future.succeededFuture(new BusMessage.Done());
  }

  private Future<ReleaseReply> release(Release asked) {
    var call = callIds.next();
    var answer = callers.del(call);
    tell(new PoolEvent.DelReceived(call, asked.attachment(), asked.pendingVeths(), now()));
    return answer;
  }

  private Future<ReleaseReply> undo(Undo asked) {
    var call = callIds.next();
    var answer = callers.del(call);
    tell(new PoolEvent.AddUndone(call, asked.attachment(), now()));
    return answer;
  }

  private void conditionChanged(ConditionChanged changed) {
    var key = new Condition.Key(changed.name(), changed.subject());
    tell(
        changed.raised()
            ? new PoolEvent.ConditionRaised(
                new Condition(key, changed.reason(), changed.detail(), now()), now())
            : new PoolEvent.ConditionCleared(key, now()));
  }

  // ---- one event after the other

  /**
   * Handles events in the order of arrival: performing a command may bring the next event at once.
   */
  @Override
  public void tell(PoolEvent event) {
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
    var took = Stopwatch.started();
    var decision = Pool.decide(before, event);
    if (event instanceof PoolEvent.AddReceived) {
      Measured.of(Phase.DECIDE, took.nanos()).publish(vertx.eventBus());
    }
    state = decision.next();
    for (var command : decision.commands()) performer.perform(command);
    history.add(DecisionNotes.of(before, event, decision));
    if (!before.conditions().equals(state.conditions())) {
      ConditionNews.between(before.conditions().byKey(), state.conditions().byKey())
          .forEach(news -> news.tell(log, vertx.eventBus()));
    }
    changes.onNext(new PoolMessage.Changed());
  }

  @Override
  public Instant now() {
    return clock.instant();
  }
}
