package io.vpccni.ipamd.ec2.eni;

import static java.util.stream.Collectors.toSet;

import io.vertx.core.Future;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.retry.Backoff;
import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and deletes ENIs that nobody wants: what a crash of ours left behind, and, now and then,
 * what dead nodes did. For one context only.
 */
final class OrphanedEnis {
  private static final Logger log = LoggerFactory.getLogger(OrphanedEnis.class);

  static final Duration SWEEP_PERIOD = Duration.ofHours(1);

  /** Nodes that start together must not sweep together. */
  private static final int SWEEP_JITTER_SECONDS = 300;

  /** EC2's list of what is unattached may lag: what the first look did not show is found then. */
  private static final Duration SECOND_LOOK = Duration.ofMinutes(5);

  /** A new ENI whose name we do not know yet must not be taken for a leftover. */
  private static final Duration WHILE_CREATING = Duration.ofSeconds(30);

  /** What one sweep deletes at most: a wrong filter must not empty an account. */
  private static final int SWEEP_BUDGET = 50;

  private final Ec2Api api;
  private final EniRemoval removal;
  private final Ec2Settings settings;
  private final NodeFacts node;
  private final KnownEnis known;
  private final Scheduler later;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Ec2Listener listener;

  /** Own ones that cannot be deleted. */
  private final Set<EniId> stuck = new HashSet<>();

  private boolean pending;
  private int failures;

  OrphanedEnis(
      Ec2Api api,
      EniRemoval removal,
      Ec2Settings settings,
      NodeFacts node,
      KnownEnis known,
      Scheduler later,
      InstantSource clock,
      RandomGenerator random,
      Ec2Listener listener) {
    this.api = api;
    this.removal = removal;
    this.settings = settings;
    this.node = node;
    this.known = known;
    this.later = later;
    this.clock = clock;
    this.random = random;
    this.listener = listener;
  }

  /** Once, where we may change anything. */
  void start() {
    lookForOwn(Duration.ZERO);
    if (settings.sweeps()) {
      later.repeat(jitter(), () -> SWEEP_PERIOD.plus(jitter()), this::sweep);
    } else {
      later.after(SECOND_LOOK, () -> lookForOwn(Duration.ZERO));
    }
  }

  private Duration jitter() {
    return Duration.ofSeconds(random.nextInt(SWEEP_JITTER_SECONDS));
  }

  /** Something of ours may exist that nobody wants: look soon, and again until it is gone. */
  void lookForOwn(Duration after) {
    if (pending || !settings.mayChange()) {
      return;
    }
    pending = true;
    later
        .pause(after)
        .compose(_ -> api.enis(LeakedEnis.ownLeftovers(node)))
        .compose(found -> deleteOwn(own(found)))
        .onComplete(
            done -> {
              pending = false;
              if (done.failed()) {
                failures++;
                lookForOwn(
                    Backoff.doubling(
                        EniMaintenance.FIRST_RETRY, EniMaintenance.LAST_RETRY, failures));
              } else {
                failures = 0;
              }
            });
  }

  /** What was told of those that are gone is over. */
  private Future<Void> deleteOwn(List<EniView> unwanted) {
    var left = unwanted.stream().map(EniView::id).collect(toSet());
    stuck.stream().filter(eni -> !left.contains(eni)).toList().forEach(this::unstuck);
    return deleteAll(unwanted, this::stuck);
  }

  private void stuck(EniId eni, Ec2Refused why) {
    notSwept(eni, why);
    if (stuck.add(eni)) {
      listener.condition(
          ConditionChanged.raised(
              EniMaintenance.CONDITION,
              "deletion of " + eni,
              why.failed().code(),
              why.getMessage() + EniMaintenance.WHEN));
    }
  }

  private void unstuck(EniId eni) {
    if (stuck.remove(eni)) {
      listener.condition(ConditionChanged.over(EniMaintenance.CONDITION, "deletion of " + eni));
    }
  }

  private List<EniView> own(List<EniView> found) {
    var unwanted =
        LeakedEnis.own(found, node).stream().filter(eni -> !known.isWanted(eni.id())).toList();
    if (unwanted.isEmpty() || !known.isAnyBeingCreated()) {
      return unwanted;
    }
    later.after(WHILE_CREATING, () -> lookForOwn(Duration.ZERO));
    return List.of();
  }

  private Future<?> sweep() {
    return api.enis(LeakedEnis.anyNodes(node, settings))
        .compose(
            found -> {
              var own = LeakedEnis.own(found, node);
              var others = found.stream().filter(eni -> !own.contains(eni)).toList();
              Future<Void> dated = Future.succeededFuture();
              for (var eni : LeakedEnis.ageless(others)) {
                var created = new TreeMap<String, String>();
                created.put(EniTags.CREATED, EniTags.createdAt(clock.instant()));
                dated =
                    dated.compose(
                        _ -> api.tag(eni.id(), created).recover(EniMaintenance::unlessBug));
              }
              var leaked = new ArrayList<>(own(own));
              leaked.addAll(LeakedEnis.old(others, clock.instant()));
              return dated.compose(
                  _ ->
                      deleteAll(
                          leaked.subList(0, Math.min(SWEEP_BUDGET, leaked.size())),
                          this::notSwept));
            })
        .recover(EniMaintenance::unlessBug)
        .onFailure(bug -> log.error("The sweep for leaked ENIs failed", bug));
  }

  /** One after another; fails with the first refusal after all have been tried. */
  private Future<Void> deleteAll(List<EniView> enis, BiConsumer<EniId, Ec2Refused> refused) {
    Future<Void> done = Future.succeededFuture();
    for (var eni : enis) {
      done =
          done.transform(
              before ->
                  removal
                      .delete(eni.id())
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
    log.atInfo().addKeyValue("eni", eni).log("Leaked ENI deleted");
  }

  private void notSwept(EniId eni, Ec2Refused why) {
    removal.tell(EniStepFailed.SWEEP, why);
  }
}
