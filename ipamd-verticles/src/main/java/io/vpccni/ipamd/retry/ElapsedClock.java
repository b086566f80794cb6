package io.vpccni.ipamd.retry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Measures durations: it begins at the wall clock's time and follows elapsed time from there, so it
 * never jumps when somebody sets the wall clock. Its instants are compared with its own only; dates
 * for files and people come from the wall clock.
 */
public final class ElapsedClock implements InstantSource {
  private final Instant start;
  private final long startNanos;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime a monotonic clock in nanoseconds, such as {@link System#nanoTime}
   */
  public ElapsedClock(InstantSource wallClock, LongSupplier nanoTime) {
    this.start = wallClock.instant();
    this.startNanos = nanoTime.getAsLong();
    this.nanoTime = nanoTime;
  }

  @Override
  public Instant instant() {
    return start.plusNanos(nanoTime.getAsLong() - startNanos);
  }
}
