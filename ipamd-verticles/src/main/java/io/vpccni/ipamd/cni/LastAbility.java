package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.checkpoint.BootId;
import io.vpccni.ipamd.cni.StatusVerdict.Ability;
import io.vpccni.ipamd.config.ProcessConfig;
import io.vpccni.ipamd.config.ProcessConfig.StatusMode;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers when this node could last add pods, in memory and in the stamp that the executable
 * reads while the agent is away. It is used on one Vert.x context only.
 */
final class LastAbility {
  private static final Logger log = LoggerFactory.getLogger(LastAbility.class);

  /** A stamp that is younger is not written again: STATUS may be asked often. */
  private static final Duration REWRITTEN_AFTER = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final StatusMode mode;
  private final StampFile file;
  private final Supplier<Optional<ReadinessStamp>> clock;
  private Optional<ReadinessStamp> last = Optional.empty();
  private Optional<ReadinessStamp> written = Optional.empty();
  private boolean failing;

  /**
   * @param clock makes the stamp of now; empty where the kernel does not show its boot's id
   */
  LastAbility(Vertx vertx, ProcessConfig process, Supplier<Optional<ReadinessStamp>> clock) {
    this.vertx = vertx;
    this.mode = process.statusMode();
    this.file = new StampFile(process.runFolder());
    this.clock = clock;
  }

  static LastAbility of(Vertx vertx, ProcessConfig process, ElapsedClock clock) {
    var boot = BootId.ofThisMachine();
    return new LastAbility(
        vertx,
        process,
        () ->
            boot.map(
                id ->
                    new ReadinessStamp(
                        id, Duration.between(clock.boot(), clock.instant()).toSeconds())));
  }

  /**
   * Reads what an earlier agent of this boot left. In strict mode its stamp is removed, because the
   * executable would go by it. It never fails.
   */
  Future<Void> load() {
    return vertx
        .executeBlocking(
            () -> {
              if (mode == StatusMode.SAFE) return file.read();
              file.delete();
              return Optional.<ReadinessStamp>empty();
            })
        .onSuccess(stamp -> last = stamp)
        .onFailure(LastAbility::complain)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Takes note of what the node can do now, and decides what STATUS is answered with. */
  StatusVerdict weigh(Ability ability) {
    var now = clock.get();
    if (ability.able(age(now).isPresent())) {
      last = now;
      save();
    }
    return StatusVerdict.of(mode, ability, age(now));
  }

  private Optional<Duration> age(Optional<ReadinessStamp> now) {
    return now.flatMap(present -> last.flatMap(stamp -> stamp.age(present)));
  }

  private void save() {
    if (mode != StatusMode.SAFE || last.isEmpty()) return;
    var stamp = last.get();
    boolean recent =
        written
            .flatMap(before -> before.age(stamp))
            .filter(age -> age.compareTo(REWRITTEN_AFTER) < 0)
            .isPresent();
    if (recent) return;
    written = last;
    vertx
        .executeBlocking(
            () -> {
              file.write(stamp);
              return stamp;
            })
        .onSuccess(_ -> failing = false)
        .onFailure(
            error -> {
              if (!failing) complain(error);
              failing = true;
            });
  }

  private static void complain(Throwable error) {
    log.atWarn()
        .addKeyValue(LogKeys.WHY, error.toString())
        .log("The stamp that answers STATUS while the agent is away cannot be kept");
  }
}
