package io.vpccni.ipamd.pool.service;

import io.vertx.core.Vertx;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.ec2.Ec2Calls;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.metrics.Stopwatch;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the pool's commands into calls; the results come back as events. */
final class CommandPerformer {
  private static final Logger log = LoggerFactory.getLogger(CommandPerformer.class);

  private final Vertx vertx;
  private final EventSink pool;
  private final Checkpoint checkpoint;
  private final Callers callers;
  private final Programmer programmer;
  private final InstanceNews instance;
  private Optional<Long> alarm = Optional.empty();
  private Instant alarmAt = Instant.MAX;

  CommandPerformer(
      Vertx vertx,
      EventSink pool,
      Checkpoint checkpoint,
      Callers callers,
      Programmer programmer,
      InstanceNews instance) {
    this.vertx = vertx;
    this.pool = pool;
    this.checkpoint = checkpoint;
    this.callers = callers;
    this.programmer = programmer;
    this.instance = instance;
  }

  void perform(PoolCommand command) {
    switch (command) {
      case PoolCommand.Save(var version, var snapshot) -> save(version, snapshot);
      case PoolCommand.AnswerAdd(var call, var reply, var fresh) ->
          callers.answer(call, reply, fresh);
      case PoolCommand.StartWiring(var call, var holding) -> callers.reserve(call, holding);
      case PoolCommand.AnswerDel(var call, var reply) -> callers.answer(call, reply);
      case PoolCommand.AskEc2(var request, var ask) -> askEc2(request, ask);
      case PoolCommand.ReadImds() -> instance.readAttached();
      case PoolCommand.ListVeths(var request) -> programmer.listVeths(request);
      case PoolCommand.ApplyHost(var enis) -> programmer.applyHost(enis);
      case PoolCommand.PlacePod(var holding) -> programmer.place(holding);
      case PoolCommand.Resync() -> programmer.resync();
      case PoolCommand.SetCheckpointAside(var instance) -> setAside(instance);
      case PoolCommand.DetachPod(var holding) -> programmer.detach(holding);
      case PoolCommand.Count(var what, var times) ->
          CountNames.of(what, times).publish(vertx.eventBus());
      case PoolCommand.WakeAt(var at) -> wakeAt(at);
    }
  }

  private void askEc2(RequestId request, Ec2Request ask) {
    new Ec2Calls(vertx.eventBus())
        .ask(ask)
        .onSuccess(reply -> pool.tell(new PoolEvent.Ec2Answered(request, reply, pool.now())));
  }

  private void save(long version, PoolState snapshot) {
    var took = Stopwatch.started();
    vertx
        .executeBlocking(
            () -> {
              checkpoint.save(DurableForm.of(snapshot));
              return null;
            })
        .<PoolEvent>map(_ -> new PoolEvent.CheckpointSaved(version, pool.now()))
        .otherwise(why -> new PoolEvent.SaveFailed(version, why.toString(), pool.now()))
        .onSuccess(
            event -> {
              Measured.of(Phase.CHECKPOINT, took.nanos()).publish(vertx.eventBus());
              pool.tell(event);
            });
  }

  /** Blocking calls of one context are carried out in order, so a write that follows waits. */
  private void setAside(String instance) {
    vertx
        .executeBlocking(() -> checkpoint.setAside(instance))
        .onSuccess(
            kept ->
                log.atWarn()
                    .addKeyValue(LogKeys.KEPT_AS, kept)
                    .log("The checkpoint is of another instance and was set aside"))
        .onFailure(
            why ->
                log.atError()
                    .addKeyValue(LogKeys.WHY, why)
                    .log("The checkpoint is of another instance and could not be set aside"));
  }

  private void wakeAt(Instant at) {
    if (alarm.isPresent() && !at.isBefore(alarmAt)) return;
    alarm.ifPresent(vertx::cancelTimer);
    alarmAt = at;
    alarm =
        Optional.of(
            vertx.setTimer(
                Math.max(1, Duration.between(pool.now(), at).toMillis() + 1),
                _ -> {
                  alarm = Optional.empty();
                  pool.tell(new PoolEvent.Woken(pool.now()));
                }));
  }
}
