package io.vpccni.ipamd.branch.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.branch.BranchPods;
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
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.time.ElapsedClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<Attachment, Holding> pods = new LinkedHashMap<>();

  /** Pods of the file, until IMDS says that the file is of this instance. */
  private final Set<Attachment> inherited = new HashSet<>();

  /** The instance that the list is of, as IMDS or else the file says. */
  private Optional<String> instance = Optional.empty();

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
        .onSuccess(this::takeOver)
        .compose(
            _ ->
                Future.all(
                    ImdsEndpoints.FACTS.hear(bus, read -> identified(read.facts().instance().id())),
                    BranchPods.KEEP.serve(bus, this::keep),
                    BranchPods.FORGET.serve(bus, this::forget),
                    BranchPods.ALL.serve(
                        bus,
                        _ ->
                            Future.succeededFuture(
                                new BranchPods.All(List.copyOf(pods.values()))))))
        .onSuccess(
            _ -> {
              var streams = new Streams(context);
              streams.each(
                  streams.oneAtATime(streams.ticks(LOOK).filter(_ -> !pods.isEmpty()), _ -> look()),
                  _ -> {});
            });
  }

  private void takeOver(BranchFile.Content stored) {
    instance = stored.instance();
    stored.pods().forEach(pod -> pods.put(pod.attachment(), pod));
    inherited.addAll(pods.keySet());
  }

  /**
   * IMDS says which instance this is. If the file came with an image or a snapshot of another one,
   * its pods run there, and what it says is not acted on any longer.
   */
  private void identified(String id) {
    boolean foreign = instance.isPresent() && !instance.get().equals(id);
    if (foreign) drop(instance.get(), id);
    inherited.clear();
    boolean changed = !instance.equals(Optional.of(id));
    instance = Optional.of(id);
    // A file without pods need not say whose they are.
    if (changed && (foreign || !pods.isEmpty())) {
      save()
          .onFailure(
              why ->
                  log.atWarn()
                      .addKeyValue(LogKeys.WHY, why)
                      .log("The list of pods with branch ENIs could not be written"));
    }
  }

  private void drop(String other, String id) {
    int before = pods.size();
    pods.keySet().removeAll(inherited);
    vertx
        .executeBlocking(() -> file.copyAside(other))
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
    conditions()
        .raise(
            FOREIGN,
            BranchFile.NAME,
            "OtherInstance",
            "the list of pods with branch ENIs is of instance %s, and this is %s: its pods (%d) are left alone, and it is kept as %s%s%s"
                .formatted(
                    other, id, before - pods.size(), BranchFile.NAME, Durable.OF_INSTANCE, other));
    DataplaneEndpoints.RESYNC.publish(vertx.eventBus(), new DesiredReplaced());
  }

  private RaisedConditions conditions() {
    return Objects.requireNonNull(conditions, "started");
  }

  private Future<BranchPods.KeepReply> keep(BranchPods.Keep asked) {
    var sibling = pods.values().stream().filter(other -> isSibling(other, asked)).findFirst();
    if (sibling.isPresent()) {
      return Future.succeededFuture(
          new BranchPods.InUse(
              "the pod's branch ENI is already that of its interface "
                  + sibling.get().attachment().ifName()));
    }
    inherited.remove(asked.attachment()); // it runs here
    var before = pods.get(asked.attachment());
    var holding =
        new Holding(
            asked.attachment(),
            asked.pod(),
            BranchLinks.apart(asked, before, pods.values()),
            List.of(asked.held()),
            Optional.empty(),
            clock.instant());
    pods.put(asked.attachment(), holding);
    return save()
        .<BranchPods.KeepReply>map(_ -> new BranchPods.Kept(holding, before == null))
        .otherwise(
            why -> {
              if (before == null) pods.remove(asked.attachment(), holding);
              else pods.replace(asked.attachment(), holding, before);
              return new BranchPods.NotSaved(why.toString());
            });
  }

  /** Tells whether another interface of the same sandbox has the address that is asked for. */
  private static boolean isSibling(Holding other, BranchPods.Keep asked) {
    return other.attachment().containerId().equals(asked.attachment().containerId())
        && !other.attachment().equals(asked.attachment())
        && other.addresses().stream().anyMatch(held -> held.ip().equals(asked.held().ip()));
  }

  /** Removes an entry. One that comes back after a crash is found again by its missing veth. */
  private Future<BusMessage.Done> forget(BranchPods.Forget asked) {
    if (pods.remove(asked.attachment()) == null) {
      return Future.succeededFuture(new BusMessage.Done());
    }
    return save();
  }

  private Future<BusMessage.Done> save() {
    var snapshot = List.copyOf(pods.values());
    var of = instance;
    return vertx
        .executeBlocking(
            () -> {
              file.save(of, snapshot);
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
                                          pods.values(), pool.holdings(), names(veths), at)));
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
                        () -> PodLog.tell("Pod removed, which went without a DEL", gone)));
  }
}
