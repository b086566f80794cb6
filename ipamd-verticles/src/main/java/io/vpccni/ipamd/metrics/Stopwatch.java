package io.vpccni.ipamd.metrics;

/**
 * Measures how long something took, for metrics only: a deadline or a pause takes an {@code
 * ElapsedClock}, which a test can move.
 *
 * @param start of {@link System#nanoTime}
 */
public record Stopwatch(long start) {
  public static Stopwatch started() {
    return new Stopwatch(System.nanoTime());
  }

  /** Returns how long ago it was started. */
  public long nanos() {
    return System.nanoTime() - start;
  }
}
