package io.vpccni.rpc.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock for durations: it begins at the wall clock's time and follows elapsed time from there, so
 * it never jumps when somebody sets the wall clock. Its instants are compared with its own only;
 * what files and people read is the {@link #date} of an instant.
 */
public final class ElapsedClock implements InstantSource {
  /**
   * The answer changes only if it is wrong by this much. It is more than the half second by which
   * rounding is wrong anyway, so that a new answer is never close to changing again.
   */
  private static final Duration CHANGED = Duration.ofMillis(750);

  private final InstantSource wallClock;
  private final Instant start;
  private final long startNanos;
  private final LongSupplier nanoTime;

  /** The last answer of {@link #wallClockAhead}, in seconds. */
  private final AtomicLong aheadSeconds = new AtomicLong();

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
   * negative, in whole seconds: a smaller difference is not a clock that was set. The answer
   * changes only once it is wrong by {@link #CHANGED} or more, so that a difference about half a
   * second does not change every date from one time to the next.
   */
  public Duration wallClockAhead() {
    var exact = Duration.between(instant(), wallClock.instant());
    return Duration.ofSeconds(
        aheadSeconds.updateAndGet(
            last ->
                exact.minusSeconds(last).abs().compareTo(CHANGED) < 0
                    ? last
                    : wholeSeconds(exact).toSeconds()));
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
