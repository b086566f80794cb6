package io.vpccni.rpc.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * A clock for durations: it begins at the wall clock's time and follows elapsed time from there, so
 * it never jumps when somebody sets the wall clock. Its instants are compared with its own only;
 * what files and people read is the {@link #date} of an instant.
 */
public final class ElapsedClock implements InstantSource {
  private final InstantSource wallClock;
  private final Instant start;
  private final long startNanos;
  private final LongSupplier nanoTime;

  /**
   * Makes a clock that begins now.
   *
   * @param nanoTime a monotonic clock in nanoseconds, such as {@link System#nanoTime}
   */
  public ElapsedClock(InstantSource wallClock, LongSupplier nanoTime) {
    this.wallClock = wallClock;
    this.start = wallClock.instant();
    this.startNanos = nanoTime.getAsLong();
    this.nanoTime = nanoTime;
  }

  /** Makes a clock that begins at this machine's wall clock and follows its monotonic one. */
  public static ElapsedClock system() {
    return new ElapsedClock(InstantSource.system(), System::nanoTime);
  }

  @Override
  public Instant instant() {
    return start.plusNanos(nanoTime.getAsLong() - startNanos);
  }

  /**
   * Returns what this clock showed when the monotonic clock was at zero, which on Linux is when the
   * machine booted. Two processes of one boot differ in it only if the wall clock was set between
   * their starts.
   */
  public Instant boot() {
    return start.minusNanos(startNanos);
  }

  /**
   * Returns how far the wall clock has been set forward since this clock began, or back if it is
   * negative, in whole seconds: a smaller difference is not a clock that was set.
   */
  public Duration wallClockAhead() {
    return wholeSeconds(Duration.between(instant(), wallClock.instant()));
  }

  /** Returns the date of an instant of this clock, by the wall clock as it is set now. */
  public Instant date(Instant instant) {
    return instant.plus(wallClockAhead());
  }

  /** Rounds to the nearest second. */
  public static Duration wholeSeconds(Duration exact) {
    return Duration.ofSeconds(exact.plusMillis(500).toSeconds());
  }
}
