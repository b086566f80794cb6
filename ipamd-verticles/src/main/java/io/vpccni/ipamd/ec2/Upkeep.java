package io.vpccni.ipamd.ec2;

import static java.util.stream.Collectors.toSet;

import io.vertx.core.Future;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about ENIs without being asked: tags, security groups, delete-on-termination, and
 * what a crash left behind. Nothing here is urgent, so failures wait long and never spread. For one
 * context only.
 */
final class Upkeep {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  /** IMDS only; EC2 is called only where groups differ. */
  static final Duration GROUPS_PERIOD = Duration.ofSeconds(30);

  static final Duration SWEEP_PERIOD = Duration.ofHours(1);

  /** Nodes that start together must not sweep together. */
  private static final int SWEEP_JITTER_SECONDS = 300;

  /** EC2's list of what is unattached may lag: what the first look did not show is found then. */
  private static final Duration SECOND_LOOK = Duration.ofMinutes(5);

  /** A new ENI whose name we do not know yet must not be taken for a leftover. */
  private static final Duration WHILE_CREATING = Duration.ofSeconds(30);

  /** What one sweep deletes at most: a wrong filter must not empty an account. */
  private static final int SWEEP_BUDGET = 50;

  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofHours(1);

  /** Whether we keep what we want of an ENI; the subject names what and of which. */
  private static final String CONDITION = "EniUpkeepFailing";

  private static final String WHEN = "; tried again after 1 min to 1 h";

  private record Failing(int times, Instant notBefore) {}

  /** What is to be done about an ENI. */
  private record Task(String what, EniId eni) {
    @Override
    public String toString() {
      return what + " of " + eni;
    }
  }

  private final Ec2Api api;
  private final Imds imds;
  private final EniRemoval removal;
  private final Ec2Settings settings;
  private final NodeFacts node;
  private final KnownEnis known;
  private final Later later;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Consumer<ConditionChanged> conditions;

  /** What failed, and when it may be tried again. */
  private final Map<Task, Failing> failing = new HashMap<>();

  /** Own leftovers that cannot be deleted. */
  private final Set<EniId> stuck = new HashSet<>();

  private boolean ownLookPending;
  private int ownLookFailures;
  private boolean started;

  Upkeep(
      Ec2Api api,
      Imds imds,
      EniRemoval removal,
      Ec2Settings settings,
      NodeFacts node,
      KnownEnis known,
      Later later,
      InstantSource clock,
      RandomGenerator random,
      Consumer<ConditionChanged> conditions) {
    this.api = api;
    this.imds = imds;
    this.removal = removal;
    this.settings = settings;
    this.node = node;
    this.known = known;
    this.later = later;
    this.clock = clock;
    this.random = random;
    this.conditions = conditions;
  }

  /** Once, when EC2 has shown the node's ENIs for the first time; later calls do nothing. */
  void start() {
    if (started || !settings.mayChange()) {
      return;
    }
    started = true;
    lookForOwnLeftovers(Duration.ZERO);
    if (!settings.customNetworking()) {
      repeat(Duration.ZERO, () -> GROUPS_PERIOD, this::refreshGroups);
    }
    if (settings.sweeps()) {
      repeat(sweepJitter(), () -> SWEEP_PERIOD.plus(sweepJitter()), this::sweep);
    } else {
      later.after(SECOND_LOOK, () -> lookForOwnLeftovers(Duration.ZERO));
    }
  }

  private Duration sweepJitter() {
    return Duration.ofSeconds(random.nextInt(SWEEP_JITTER_SECONDS));
  }

  private void repeat(Duration first, Supplier<Duration> pause, Supplier<Future<?>> action) {
    later
        .pause(first)
        .compose(_ -> action.get())
        .onFailure(error -> log.error("ENI upkeep failed in an unforeseen way", error))
        .onComplete(_ -> later.after(pause.get(), () -> repeat(Duration.ZERO, pause, action)));
  }

  /** Something of a new ENI could not be set: it is tried again, and again. */
  void repairSoon() {
    later.after(FIRST_RETRY, this::repair);
  }

  /** After each Describe and each failure: puts right what is known of the ENIs that we manage. */
  Future<Void> repair() {
    if (!settings.mayChange()) {
      return Future.succeededFuture();
    }
    forgetGone();
    var wanted = EniTags.wanted(settings, node.instanceId());
    var done = new ArrayList<Future<Void>>();
    for (var eni : known.all()) {
      if (!isManaged(eni)) {
        continue;
      }
      var missing = EniTags.missing(wanted, eni.tags());
      if (!missing.isEmpty() && !eni.type().equals("trunk")) {
        done.add(attempt(new Task("tags", eni.id()), () -> tag(eni, missing)));
      }
      var at = eni.attachment().filter(a -> !a.deleteOnTermination() && EniTags.described(eni));
      if (at.isPresent() && known.isInWork(eni.id())) {
        repairSoon();
      } else if (at.isPresent()) {
        done.add(attempt(new Task("termination", eni.id()), () -> mark(eni, at.get())));
      }
    }
    return Future.join(done).mapEmpty();
  }

  private void forgetGone() {
    for (var task : List.copyOf(failing.keySet())) {
      if (known.of(task.eni()).isEmpty()) {
        succeeded(task);
      }
    }
  }

  private Future<Void> mark(EniView eni, EniView.Attachment at) {
    return api.deleteOnTermination(eni.id(), at.id())
        .onSuccess(_ -> known.update(eni.attached(at.deletedOnTermination())));
  }

  private Future<Void> tag(EniView eni, SortedMap<String, String> missing) {
    return api.tag(eni.id(), missing)
        .onSuccess(
            _ -> {
              var all = new TreeMap<>(eni.tags());
              all.putAll(missing);
              known.update(eni.withTags(all));
            });
  }

  private boolean isManaged(EniView eni) {
    return EniRules.attached(List.of(eni), node, settings, _ -> Optional.empty()).stream()
        .allMatch(view -> view.managed());
  }

  private Future<?> refreshGroups() {
    return imds.securityGroups().compose(this::applyGroups).recover(Upkeep::unlessBug);
  }

  private Future<Void> applyGroups(List<String> wanted) {
    var done = new ArrayList<Future<Void>>();
    for (var eni : known.all()) {
      if (!eni.groups().equals(wanted) && isManaged(eni) && !wanted.isEmpty()) {
        done.add(
            attempt(
                new Task("groups", eni.id()),
                () ->
                    api.setGroups(eni.id(), wanted)
                        .onSuccess(
                            _ ->
                                known
                                    .of(eni.id())
                                    .map(e -> e.withGroups(wanted))
                                    .ifPresent(known::update))));
      }
    }
    return Future.join(done).mapEmpty();
  }

  /** Something of ours may exist that nobody wants: look soon, and again until it is gone. */
  void lookForOwnLeftovers(Duration after) {
    if (ownLookPending || !settings.mayChange()) {
      return;
    }
    ownLookPending = true;
    later
        .pause(after)
        .compose(_ -> api.enis(LeakedEnis.ownLeftovers(node)))
        .compose(found -> deleteOwn(ownLeftovers(found)))
        .onComplete(
            done -> {
              ownLookPending = false;
              if (done.failed()) {
                ownLookFailures++;
                lookForOwnLeftovers(Backoff.doubling(FIRST_RETRY, LAST_RETRY, ownLookFailures));
              } else {
                ownLookFailures = 0;
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
    if (stuck.add(eni)) {
      conditions.accept(
          ConditionChanged.raised(
              CONDITION, "deletion of " + eni, why.failed().code(), why.getMessage() + WHEN));
    }
  }

  private void unstuck(EniId eni) {
    if (stuck.remove(eni)) {
      conditions.accept(ConditionChanged.over(CONDITION, "deletion of " + eni));
    }
  }

  private List<EniView> ownLeftovers(List<EniView> found) {
    var unwanted =
        LeakedEnis.own(found, node).stream().filter(eni -> !known.isWanted(eni.id())).toList();
    if (unwanted.isEmpty() || !known.isAnyBeingCreated()) {
      return unwanted;
    }
    later.after(WHILE_CREATING, () -> lookForOwnLeftovers(Duration.ZERO));
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
                dated = dated.compose(_ -> api.tag(eni.id(), created).recover(Upkeep::unlessBug));
              }
              var leaked = new ArrayList<>(ownLeftovers(own));
              leaked.addAll(LeakedEnis.old(others, clock.instant()));
              return dated.compose(
                  _ ->
                      deleteAll(
                          leaked.subList(0, Math.min(SWEEP_BUDGET, leaked.size())), (_, _) -> {}));
            })
        .recover(Upkeep::unlessBug);
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

  /** Not while it rests after a failure. */
  private Future<Void> attempt(Task task, Supplier<Future<Void>> action) {
    var before = failing.getOrDefault(task, new Failing(0, Instant.MIN));
    if (clock.instant().isBefore(before.notBefore())) {
      return Future.succeededFuture();
    }
    return action
        .get()
        .onSuccess(_ -> succeeded(task))
        .recover(
            error -> {
              if (error instanceof Ec2Refused refused) {
                failed(task, before.times() + 1, refused);
              }
              return unlessBug(error);
            });
  }

  private void succeeded(Task task) {
    if (failing.remove(task) != null) {
      conditions.accept(ConditionChanged.over(CONDITION, task.toString()));
    }
  }

  private void failed(Task task, int times, Ec2Refused refused) {
    var pause = Backoff.doubling(FIRST_RETRY, LAST_RETRY, times);
    failing.put(task, new Failing(times, clock.instant().plus(pause)));
    later.after(pause, this::repair);
    log.atWarn().addKeyValue("what", task).addKeyValue("reason", refused).log("ENI upkeep");
    conditions.accept(
        ConditionChanged.raised(
            CONDITION, task.toString(), refused.failed().code(), refused.getMessage() + WHEN));
  }

  private static Future<Void> unlessBug(Throwable error) {
    return error instanceof Ec2Refused ? Future.succeededFuture() : Future.failedFuture(error);
  }
}
