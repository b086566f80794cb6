package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Turns the pool's instants, which follow elapsed time, into a file's dates, which other programs
 * and people read, and back. The file says when, by its dates, the machine has booted: until the
 * next boot, whoever reads it knows how long ago each of its dates was, even if somebody has set
 * the wall clock meanwhile. Only after a reboot, or with a file of another agent, are the dates
 * compared with the wall clock.
 */
public final class CheckpointDates {
  private final ElapsedClock clock;
  private final Optional<String> bootId;

  public CheckpointDates(ElapsedClock clock, Optional<String> bootId) {
    this.clock = clock;
    this.bootId = bootId;
  }

  /** What a file is to hold: dates, and the boot that they are relative to. */
  public record Dated(Durable durable, Optional<Boot> boot) {
    /** Returns dates that are relative to no boot, as in a file of another agent. */
    public static Dated withoutBoot(Durable durable) {
      return new Dated(durable, Optional.empty());
    }
  }

  /** Returns what to write, with the dates of the wall clock as it is set now. */
  public Dated toDates(Durable durable) {
    var ahead = clock.wallClockAhead();
    return new Dated(
        durable.onClockAhead(ahead), bootId.map(id -> new Boot(id, clock.boot().plus(ahead))));
  }

  /** Returns what was read, by the clock of this process. */
  public Durable fromDates(Dated read) {
    var by =
        read.boot()
            .filter(boot -> bootId.equals(Optional.of(boot.id())))
            .map(boot -> ElapsedClock.wholeSeconds(Duration.between(boot.at(), clock.boot())))
            .orElseGet(() -> clock.wallClockAhead().negated());
    return read.durable().onClockAhead(by);
  }

  /** Returns today's date, for the names of files. */
  public Instant today() {
    return clock.date(clock.instant());
  }
}
