package io.vpccni.ipamd.ec2;

import io.vertx.core.Future;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /** What one sweep deletes at most: a wrong filter must not empty an account. */
  private static final int SWEEP_BUDGET = 50;

  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofHours(1);

  private record Failing(int times, Instant notBefore) {}

  private final Ec2Api api;
  private final Imds imds;
  private final EniWork work;
  private final Ec2Settings settings;
  private final NodeFacts node;
  private final KnownEnis known;
  private final Later later;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** What failed, and when it may be tried again; the key names ENI and purpose. */
  private final Map<String, Failing> failing = new HashMap<>();

  private boolean ownLookPending;
  private int ownLookFailures;
  private boolean started;

  Upkeep(
      Ec2Api api,
      Imds imds,
      EniWork work,
      Ec2Settings settings,
      NodeFacts node,
      KnownEnis known,
      Later later,
      InstantSource clock,
      RandomGenerator random) {
    this.api = api;
    this.imds = imds;
    this.work = work;
    this.settings = settings;
    this.node = node;
    this.known = known;
    this.later = later;
    this.clock = clock;
    this.random = random;
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

  /** After each Describe: puts right what it shows of the ENIs that we manage. */
  Future<Void> repair() {
    if (!settings.mayChange()) {
      return Future.succeededFuture();
    }
    var wanted = EniTags.wanted(settings, node.instanceId());
    var done = new ArrayList<Future<Void>>();
    for (var eni : known.all()) {
      if (!isManaged(eni)) {
        continue;
      }
      var missing = EniTags.missing(wanted, eni.tags());
      if (!missing.isEmpty() && !eni.type().equals("trunk")) {
        done.add(attempt("tags of " + eni.id(), () -> tag(eni, missing)));
      }
      eni.attachment()
          .filter(at -> !at.deleteOnTermination() && EniTags.described(eni))
          .filter(_ -> !known.isInWork(eni.id()))
          .ifPresent(
              at ->
                  done.add(
                      attempt(
                          "termination of " + eni.id(),
                          () -> api.deleteOnTermination(eni.id(), at.id()))));
    }
    return Future.join(done).mapEmpty();
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
                "groups of " + eni.id(),
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
        .compose(
            found ->
                deleteAll(
                    found.stream()
                        .filter(EniTags::described)
                        .filter(eni -> !known.isInWork(eni.id()))
                        .toList()))
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

  private Future<?> sweep() {
    return api.enis(LeakedEnis.anyNodes(node, settings))
        .compose(
            found -> {
              var others = found.stream().filter(eni -> !known.isInWork(eni.id())).toList();
              Future<Void> dated = Future.succeededFuture();
              for (var eni : LeakedEnis.ageless(others)) {
                var created = new TreeMap<String, String>();
                created.put(EniTags.CREATED, EniTags.createdAt(clock.instant()));
                dated = dated.compose(_ -> api.tag(eni.id(), created).recover(Upkeep::unlessBug));
              }
              return dated.compose(
                  _ ->
                      deleteAll(
                          LeakedEnis.old(others, clock.instant()).stream()
                              .limit(SWEEP_BUDGET)
                              .toList()));
            })
        .recover(Upkeep::unlessBug);
  }

  /** One after another; fails with the first refusal after all have been tried. */
  private Future<Void> deleteAll(List<EniView> enis) {
    Future<Void> done = Future.succeededFuture();
    for (var eni : enis) {
      done =
          done.transform(
              before ->
                  work.delete(eni.id())
                      .onSuccess(_ -> deleted(eni.id()))
                      .compose(
                          _ ->
                              before.succeeded()
                                  ? Future.succeededFuture()
                                  : Future.failedFuture(before.cause())));
    }
    return done;
  }

  private static void deleted(EniId eni) {
    log.atInfo().addKeyValue("eni", eni).log("Leaked ENI deleted");
  }

  /** Not while it rests after a failure. */
  private Future<Void> attempt(String what, Supplier<Future<Void>> action) {
    var before = failing.getOrDefault(what, new Failing(0, Instant.MIN));
    if (clock.instant().isBefore(before.notBefore())) {
      return Future.succeededFuture();
    }
    return action
        .get()
        .onSuccess(_ -> failing.remove(what))
        .recover(
            error -> {
              int times = before.times() + 1;
              var pause = Backoff.doubling(FIRST_RETRY, LAST_RETRY, times);
              failing.put(what, new Failing(times, clock.instant().plus(pause)));
              log.atWarn().addKeyValue("what", what).addKeyValue("reason", error).log("ENI upkeep");
              return unlessBug(error);
            });
  }

  private static Future<Void> unlessBug(Throwable error) {
    return error instanceof Ec2Refused ? Future.succeededFuture() : Future.failedFuture(error);
  }
}
