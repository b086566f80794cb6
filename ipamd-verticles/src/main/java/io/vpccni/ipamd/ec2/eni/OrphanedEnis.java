package io.vpccni.ipamd.ec2.eni;

import static java.util.stream.Collectors.toSet;

import io.vertx.core.Future;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.retry.Pauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and deletes ENIs that nobody wants: what a crash of ours left behind, and, now and then,
 * what dead nodes did. It is for one context only.
 */
final class OrphanedEnis {
  private static final Logger log = LoggerFactory.getLogger(OrphanedEnis.class);

  static final Duration SWEEP_PERIOD = Duration.ofHours(1);

  /** Nodes that start together must not sweep together. */
  private static final int SWEEP_JITTER_SECONDS = 300;

  /** EC2's list of what is unattached may lag: what the first look did not show is found then. */
  private static final Duration SECOND_LOOK = Duration.ofMinutes(5);

  /** A new ENI whose name we do not know yet must not be taken for an orphaned one. */
  private static final Duration WHILE_CREATING = Duration.ofSeconds(30);

  /** This is what one sweep deletes at most: a wrong filter must not empty an account. */
  private static final int SWEEP_BUDGET = 50;

  private final Ec2Context around;
  private final NodeEnis enis;
  private final EniRemoval removal;
  private final RaisedConditions conditions;

  /** Holds our own ENIs that cannot be deleted. */
  private final Set<EniId> stuck = new HashSet<>();

  private LeakedEnis leaked = LeakedEnis.NONE;

  /** This tells whether the next sweep looks again at what the last one found. */
  private boolean secondSweep;

  private boolean pending;
  private int failures;

  OrphanedEnis(Ec2Context around, NodeEnis enis, EniRemoval removal) {
    this.around = around;
    this.enis = enis;
    this.removal = removal;
    this.conditions = new RaisedConditions(around.listener()::condition);
  }

  /** Begins to look for orphans; called once, where we may change anything. */
  void start() {
    lookForOwn(Duration.ZERO);
    if (around.settings().sweeps()) {
      around.later().repeat(jitter(), this::untilNextSweep, this::sweep);
    } else {
      around.later().after(SECOND_LOOK, () -> lookForOwn(Duration.ZERO));
    }
  }

  private Duration jitter() {
    return Duration.ofSeconds(around.random().nextInt(SWEEP_JITTER_SECONDS));
  }

  /**
   * A sweep that has found something new is followed by a second one as soon as that may be called
   * old. On a large cluster some node is always creating an ENI, so there is no third.
   */
  private Duration untilNextSweep() {
    secondSweep = !secondSweep && leaked.isAnyYoung(around.later().now());
    return secondSweep ? LeakedEnis.MIN_AGE : SWEEP_PERIOD.plus(jitter());
  }

  /** Something of ours may exist that nobody wants: look soon, and again until it is gone. */
  void lookForOwn(Duration after) {
    if (pending || !around.settings().mayChange()) {
      return;
    }
    pending = true;
    around
        .later()
        .pause(after)
        .compose(_ -> around.api().enis(LeakedEnis.ownLeftovers(around.node())))
        .compose(found -> deleteOwn(own(found)))
        .onComplete(
            done -> {
              pending = false;
              if (done.failed()) {
                failures++;
                lookForOwn(
                    Pauses.doubling(
                        EniMaintenance.FIRST_RETRY, EniMaintenance.LAST_RETRY, failures));
              } else {
                failures = 0;
              }
            });
  }

  /** Deletes orphans of this node, and lowers the conditions of those that are gone. */
  private Future<Void> deleteOwn(List<EniView> unwanted) {
    var left = unwanted.stream().map(EniView::id).collect(toSet());
    stuck.stream().filter(eni -> !left.contains(eni)).toList().forEach(this::unstuck);
    return deleteAll(unwanted, this::stuck);
  }

  private void stuck(EniId eni, Ec2Refused why) {
    notDeleted(eni, why);
    stuck.add(eni);
    conditions.raise(
        EniMaintenance.CONDITION,
        "deletion of " + eni,
        why.failed().code(),
        why.getMessage() + EniMaintenance.WHEN);
  }

  private void unstuck(EniId eni) {
    stuck.remove(eni);
    conditions.lower(EniMaintenance.CONDITION, "deletion of " + eni);
  }

  private List<EniView> own(List<EniView> found) {
    var unwanted =
        LeakedEnis.own(found, around.node()).stream()
            .filter(eni -> !enis.isWanted(eni.id()))
            .toList();
    if (unwanted.isEmpty() || !enis.isAnyBeingCreated()) {
      return unwanted;
    }
    around.later().after(WHILE_CREATING, () -> lookForOwn(Duration.ZERO));
    return List.of();
  }

  private Future<?> sweep() {
    return around
        .api()
        .enis(LeakedEnis.anyNodes(around.node(), around.settings()))
        .compose(
            found -> {
              var own = LeakedEnis.own(found, around.node());
              var others = found.stream().filter(eni -> !own.contains(eni)).toList();
              Future<Void> dated = Future.succeededFuture();
              for (var eni : LeakedEnis.undated(others)) {
                var created = new TreeMap<String, String>();
                created.put(EniTags.CREATED, EniTags.createdAt(around.wallClock().instant()));
                dated =
                    dated.compose(
                        _ ->
                            around.api().tag(eni.id(), created).recover(EniMaintenance::unlessBug));
              }
              var now = around.later().now();
              leaked = leaked.look(others, now);
              var unwanted = new ArrayList<>(own(own));
              unwanted.addAll(leaked.old(others, now));
              return dated.compose(
                  _ ->
                      deleteAll(
                          unwanted.subList(0, Math.min(SWEEP_BUDGET, unwanted.size())),
                          this::notDeleted));
            })
        .recover(EniMaintenance::unlessBug)
        .onFailure(bug -> log.error("Sweep for leaked ENIs failed because of a bug", bug));
  }

  /** Deletes one ENI after another; fails with the first refusal after all have been tried. */
  private Future<Void> deleteAll(List<EniView> enis, BiConsumer<EniId, Ec2Refused> refused) {
    Future<Void> done = Future.succeededFuture();
    for (var eni : enis) {
      done =
          done.transform(
              before ->
                  removal
                      .delete(eni)
                      .onSuccess(_ -> deleted(eni.id()))
                      .onFailure(
                          error -> {
                            if (error instanceof Ec2Refused why) {
                              refused.accept(eni.id(), why);
                            }
                          })
                      .compose(
                          _ ->
                              before.succeeded()
                                  ? Future.succeededFuture()
                                  : Future.failedFuture(before.cause())));
    }
    return done;
  }

  private void deleted(EniId eni) {
    unstuck(eni);
    log.atInfo().addKeyValue(LogKeys.ENI, eni).log("Leaked ENI deleted");
  }

  private void notDeleted(EniId eni, Ec2Refused why) {
    around.stepFailed(EniStepFailed.SWEEP, why);
  }
}
