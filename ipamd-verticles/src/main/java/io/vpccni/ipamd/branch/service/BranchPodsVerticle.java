package io.vpccni.ipamd.branch.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.branch.service.BranchPodList.Addition;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DesiredReplaced;
import io.vpccni.ipamd.holding.StalePods;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.log.PodLog;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.time.ElapsedClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the list of pods with branch ENIs. It does so also while the feature is off, since pods that
 * were made before must still be known. The file is written once at a time, in the order of the
 * calls.
 */
public final class BranchPodsVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(BranchPodsVerticle.class);
  private static final String FOREIGN = Condition.Name.CHECKPOINT_FOREIGN.text();
  private static final Duration LOOK = Duration.ofSeconds(30);

  private final BranchFile file;
  private final ElapsedClock clock;

  private BranchPodList list = BranchPodList.EMPTY;
  private @Nullable RaisedConditions conditions;
  private StaleBranchPods stale = StaleBranchPods.NOTHING;

  /**
   * Makes a verticle that is not deployed yet.
   *
   * @param checkpoint the pool's: the list is kept beside it
   */
  public BranchPodsVerticle(Path checkpoint, ElapsedClock clock, CheckpointDates dates) {
    this.file = new BranchFile(checkpoint, clock, dates);
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    conditions = RaisedConditions.on(bus);
    return vertx
        .executeBlocking(() -> file.load())
        .onSuccess(stored -> list = BranchPodList.of(stored))
        .compose(
            _ ->
                Future.all(
                    ImdsEndpoints.FACTS.hear(bus, read -> identified(read.facts().instance().id())),
                    BranchPods.KEEP.serve(bus, this::keep),
                    BranchPods.FORGET.serve(bus, this::forget),
                    BranchPods.ALL.serve(
                        bus, _ -> Future.succeededFuture(new BranchPods.All(list.holdings())))))
        .onSuccess(
            _ -> {
              var streams = new Streams(context);
              streams.each(
                  streams.oneAtATime(
                      streams.ticks(LOOK).filter(_ -> !list.pods().isEmpty()), _ -> look()),
                  _ -> {});
            });
  }

  private void identified(String id) {
    var identified = list.identified(id);
    list = identified.next();
    identified.foreign().ifPresent(this::leaveAlone);
    if (identified.save()) {
      save()
          .onFailure(
              why ->
                  log.atWarn()
                      .addKeyValue(LogKeys.WHY, why)
                      .log("The list of pods with branch ENIs could not be written"));
    }
  }

  private void leaveAlone(BranchPodList.Foreign foreign) {
    vertx
        .executeBlocking(() -> file.copyAside(foreign.other()))
        .onSuccess(
            kept ->
                log.atWarn()
                    .addKeyValue(LogKeys.KEPT_AS, kept)
                    .log("The list of pods with branch ENIs is of another instance"))
        .onFailure(
            why ->
                log.atError()
                    .addKeyValue(LogKeys.WHY, why)
                    .log("The list of another instance's branch pods could not be set aside"));
    conditions().raise(FOREIGN, BranchFile.NAME, "OtherInstance", foreign.detail());
    DataplaneEndpoints.RESYNC.publish(vertx.eventBus(), new DesiredReplaced());
  }

  private RaisedConditions conditions() {
    return Objects.requireNonNull(conditions, "started");
  }

  private Future<BranchPods.KeepReply> keep(BranchPods.Keep asked) {
    return switch (list.add(asked, clock.instant())) {
      case Addition.Refused(var why) -> Future.succeededFuture(new BranchPods.InUse(why));
      case Addition.Added added -> {
        list = added.next();
        yield save()
            .<BranchPods.KeepReply>map(
                _ -> new BranchPods.Kept(added.holding(), added.before() == null))
            .otherwise(
                why -> {
                  list = list.undo(added);
                  return new BranchPods.NotSaved(why.toString());
                });
      }
    };
  }

  /** Removes an entry. One that comes back after a crash is found again by its missing veth. */
  private Future<BusMessage.Done> forget(BranchPods.Forget asked) {
    if (!list.pods().containsKey(asked.attachment())) {
      return Future.succeededFuture(new BusMessage.Done());
    }
    list = list.without(asked.attachment());
    return save();
  }

  private Future<BusMessage.Done> save() {
    var snapshot = list;
    return vertx
        .executeBlocking(
            () -> {
              file.save(snapshot.instance(), snapshot.holdings());
              return null;
            })
        .map(_ -> new BusMessage.Done());
  }

  private Future<Void> look() {
    var at = clock.instant();
    return new DataplaneCalls(vertx.eventBus())
        .listVeths()
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Veths(var veths, var _) ->
                      // A newer sandbox may have its address from the pool, and a link of that
                      // name.
                      PoolEndpoints.VIEW
                          .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
                          .compose(
                              pool ->
                                  end(
                                      stale.look(
                                          list.holdings(), pool.holdings(), names(veths), at)));
                  case DataplaneReply.Failed _ -> Future.<Void>succeededFuture();
                });
  }

  private static Set<String> names(List<HostVeth> veths) {
    return veths.stream().map(HostVeth::name).collect(Collectors.toSet());
  }

  private Future<Void> end(StaleBranchPods seen) {
    stale = seen;
    // What cannot be ended now is tried again at the next look.
    return Future.join(seen.gone().stream().map(this::end).toList())
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<?> end(Holding gone) {
    return StalePods.END_BRANCH
        .ask(vertx.eventBus(), new StalePods.EndBranch(gone), StalePods.DEADLINE)
        .otherwise(unserved -> new StalePods.Ended(Optional.of(unserved.toString())))
        .onSuccess(
            ended ->
                ended
                    .obstacle()
                    .ifPresentOrElse(
                        why ->
                            log.atWarn()
                                .addKeyValue(LogKeys.POD, gone.pod())
                                .addKeyValue(LogKeys.WHY, why)
                                .log("A pod with a branch ENI could not be cleaned up yet"),
                        () -> PodLog.tell("Pod removed after it ended without a DEL", gone)));
  }
}
