package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.retry.Pauses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This is what is done about attached ENIs without being asked: tags, security groups,
 * delete-on-termination. Nothing here is urgent, so failures wait long and never spread. It is for
 * one context only.
 */
final class EniMaintenance {
  private static final Logger log = LoggerFactory.getLogger(EniMaintenance.class);

  /**
   * This is how often IMDS is asked for the security groups; EC2 is called only where they differ.
   */
  static final Duration GROUPS_PERIOD = Duration.ofSeconds(30);

  static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  static final Duration LAST_RETRY = Duration.ofHours(1);

  /**
   * This condition says that something could not be kept as desired; its subject names what and of
   * which ENI.
   */
  static final String CONDITION = "EniUpkeepFailing";

  static final String WHEN = "; tried again after 1 min to 1 h";

  private record Failing(int times, Instant notBefore) {}

  /** A task is one thing that is to be done about one ENI. */
  private record Task(String what, EniId eni) {
    @Override
    public String toString() {
      return what + " of " + eni;
    }
  }

  private final Ec2Context around;
  private final NodeEnis enis;
  private final OrphanedEnis orphans;
  private final RaisedConditions conditions;

  /** Holds the tasks that have failed, and when each may be tried again. */
  private final Map<Task, Failing> failing = new HashMap<>();

  /** Holds the tasks that EC2 is being asked to carry out. */
  private final Set<Task> underWay = new HashSet<>();

  private boolean started;

  EniMaintenance(Ec2Context around, NodeEnis enis, OrphanedEnis orphans) {
    this.around = around;
    this.enis = enis;
    this.orphans = orphans;
    this.conditions = new RaisedConditions(around.listener()::condition);
  }

  /** Begins when EC2 has shown the node's ENIs for the first time; later calls do nothing. */
  void start() {
    if (started || !around.settings().mayChange()) {
      return;
    }
    started = true;
    orphans.start();
    if (!around.settings().networking().customNetworking()) {
      around.later().repeat(Duration.ZERO, () -> GROUPS_PERIOD, this::refreshGroups);
    }
  }

  /**
   * Has EC2 delete an ENI, which is attached, with its instance. Failing at it is a flaw, not a
   * reason to give the addresses back: it is tried again later.
   */
  void keepFromOutliving(EniId id) {
    enis.of(id)
        .filter(EniView::outlivesInstance)
        .ifPresent(eni -> attempt(new Task("termination", id), () -> mark(eni)));
  }

  /** Puts right what is known of the ENIs that we manage, after each Describe and each failure. */
  Future<Void> repair() {
    if (!around.settings().mayChange()) {
      return Future.succeededFuture();
    }
    forgetGone();
    var wanted = EniTags.wanted(around.settings(), around.node().instance().id());
    var done = new ArrayList<Future<Void>>();
    for (var eni : enis.all()) {
      if (!isManaged(eni)) {
        continue;
      }
      var missing = EniTags.missing(wanted, eni.tags());
      if (!missing.isEmpty() && !eni.type().equals("trunk")) {
        done.add(attempt(new Task("tags", eni.id()), () -> tag(eni, missing)));
      }
      if (eni.outlivesInstance() && EniTags.described(eni)) {
        if (enis.isInWork(eni.id())) {
          around.later().after(FIRST_RETRY, this::repair);
        } else {
          done.add(attempt(new Task("termination", eni.id()), () -> mark(eni)));
        }
      }
    }
    return Future.join(done).mapEmpty();
  }

  private void forgetGone() {
    for (var task : List.copyOf(failing.keySet())) {
      if (enis.of(task.eni()).isEmpty()) {
        succeeded(task);
      }
    }
  }

  private Future<Void> mark(EniView eni) {
    return around
        .api()
        .deleteOnTermination(eni.id(), eni.attachment().orElseThrow().id())
        .onSuccess(_ -> enis.of(eni.id()).map(EniView::markedForDeletion).ifPresent(enis::update));
  }

  /** Our own tags do not wait for the operator's, which EC2 may not take. */
  private Future<Void> tag(EniView eni, SortedMap<String, String> missing) {
    var own = EniTags.own(around.settings(), around.node().instance().id());
    own.keySet().retainAll(missing.keySet());
    return write(eni, missing)
        .recover(
            error ->
                !own.isEmpty() && own.size() < missing.size() && mayBeForTags(error)
                    ? write(eni, own).compose(_ -> Future.failedFuture(error))
                    : Future.failedFuture(error));
  }

  private static boolean mayBeForTags(Throwable error) {
    return error instanceof Ec2Refused refused && EniCreation.mayBeForTags(refused.failed());
  }

  private Future<Void> write(EniView eni, SortedMap<String, String> missing) {
    return around
        .api()
        .tag(eni.id(), missing)
        .onSuccess(
            _ ->
                enis.of(eni.id())
                    .ifPresent(
                        known -> {
                          var all = new TreeMap<>(known.tags());
                          all.putAll(missing);
                          enis.update(known.withTags(all));
                        }));
  }

  private boolean isManaged(EniView eni) {
    return EniRules.attached(List.of(eni), around.node(), around.settings(), _ -> Optional.empty())
        .stream()
        .allMatch(view -> view.managed());
  }

  private Future<?> refreshGroups() {
    return around
        .imds()
        .securityGroups()
        .compose(this::applyGroups)
        .recover(EniMaintenance::unlessBug)
        .onFailure(bug -> log.error("Security groups were not compared because of a bug", bug));
  }

  private Future<Void> applyGroups(List<String> wanted) {
    var done = new ArrayList<Future<Void>>();
    for (var eni : enis.all()) {
      if (!eni.groups().equals(wanted) && isManaged(eni) && !wanted.isEmpty()) {
        done.add(attempt(new Task("groups", eni.id()), () -> setGroups(eni.id(), wanted)));
      }
    }
    return Future.join(done).mapEmpty();
  }

  private Future<Void> setGroups(EniId eni, List<String> wanted) {
    return around
        .api()
        .setGroups(eni, wanted)
        .onSuccess(_ -> enis.of(eni).map(e -> e.withGroups(wanted)).ifPresent(enis::update))
        .onFailure(
            error -> {
              if (error instanceof Ec2Refused why
                  && why.failed().code().equals(Ec2Errors.NO_SUCH_ENI)) {
                around.listener().called(ApiCallMade.outOfSync(Ec2Errors.NO_SUCH_ENI));
              }
            });
  }

  /** Tries the task, unless it is being tried or rests after a failure. */
  private Future<Void> attempt(Task task, Supplier<Future<Void>> action) {
    var before = failing.getOrDefault(task, new Failing(0, Instant.MIN));
    if (around.later().now().isBefore(before.notBefore()) || !underWay.add(task)) {
      return Future.succeededFuture();
    }
    return action
        .get()
        .onComplete(_ -> underWay.remove(task))
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
      conditions.lower(CONDITION, task.toString());
    }
  }

  private void failed(Task task, int times, Ec2Refused refused) {
    var pause = Pauses.doubling(FIRST_RETRY, LAST_RETRY, times);
    failing.put(task, new Failing(times, around.later().now().plus(pause)));
    around.later().after(pause, this::repair);
    log.atWarn()
        .addKeyValue(LogKeys.WHAT, task)
        .addKeyValue(LogKeys.WHY, refused)
        .log("ENI maintenance failed, and is tried again");
    conditions.raise(
        CONDITION, task.toString(), refused.failed().code(), refused.getMessage() + WHEN);
  }

  static Future<Void> unlessBug(Throwable error) {
    return error instanceof Ec2Refused ? Future.succeededFuture() : Future.failedFuture(error);
  }
}
