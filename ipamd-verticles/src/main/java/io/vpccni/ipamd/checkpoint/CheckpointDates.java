package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns the pool's instants, which follow elapsed time, into a file's dates, which other programs
 * and people read, and back. The file says when, by its dates, the machine has booted: until the
 * next boot, whoever reads it knows how long ago each of its dates was, even if somebody has set
 * the wall clock meanwhile. Only after a reboot, or with a file of another agent, are the dates
 * compared with the wall clock.
 */
public final class CheckpointDates {
  /** Dates are rounded to seconds wherever the wall clock was set; this is well beyond that. */
  private static final Duration BEFORE_BOOT = Duration.ofMinutes(1);

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
    return new Dated(durable.onClockAhead(ahead), bootAt(ahead));
  }

  /**
   * Returns what was read, by the clock of this process. What a file of another boot holds was
   * given before this one, whatever the clock of its writer said.
   */
  public Durable fromDates(Dated read) {
    var durable = read.durable().onClockAhead(sinceWritten(read.boot()));
    return read.boot().isEmpty() || isThisBoot(read.boot())
        ? durable
        : durable.givenBefore(clock.boot().minus(BEFORE_BOOT));
  }

  /**
   * Returns the attachments that were given since the machine has booted, by what a file of this
   * boot says. An agent that ran on this machine gave them, whichever instance it took it for.
   */
  public Set<Attachment> givenSinceBoot(Dated read) {
    return fromDates(read).holdings().stream()
        .filter(held -> isSinceBoot(held.assignedAt(), read.boot()))
        .map(Holding::attachment)
        .collect(Collectors.toSet());
  }

  private boolean isThisBoot(Optional<Boot> boot) {
    return bootId.isPresent() && boot.map(Boot::id).equals(bootId);
  }

  /** Returns an instant of this process as a date of the wall clock as it is set now. */
  public Instant toDate(Instant instant) {
    return clock.date(instant);
  }

  /**
   * Returns a date that was read, by the clock of this process.
   *
   * @param boot the one that the file names, if it does
   */
  public Instant fromDate(Instant date, Optional<Boot> boot) {
    var at = date.plus(sinceWritten(boot));
    var latest = clock.boot().minus(BEFORE_BOOT);
    return boot.isEmpty() || isThisBoot(boot) || at.isBefore(latest) ? at : latest;
  }

  /**
   * Tells whether something was given since the machine has booted.
   *
   * @param at when that was, by the clock of this process
   * @param boot the one that the file names, if it does
   */
  public boolean isSinceBoot(Instant at, Optional<Boot> boot) {
    return isThisBoot(boot) && !at.isBefore(clock.boot());
  }

  /** Returns the boot that dates which are written now are relative to. */
  public Optional<Boot> boot() {
    return bootAt(clock.wallClockAhead());
  }

  private Optional<Boot> bootAt(Duration ahead) {
    return bootId.map(id -> new Boot(id, clock.boot().plus(ahead)));
  }

  /** Returns by how much this process's clock differs from the wall clock of whoever wrote. */
  private Duration sinceWritten(Optional<Boot> boot) {
    return boot.filter(_ -> isThisBoot(boot))
        .map(known -> ElapsedClock.wholeSeconds(Duration.between(known.at(), clock.boot())))
        .orElseGet(() -> clock.wallClockAhead().negated());
  }

  /** Returns today's date, for the names of files. */
  public Instant today() {
    return clock.date(clock.instant());
  }
}
