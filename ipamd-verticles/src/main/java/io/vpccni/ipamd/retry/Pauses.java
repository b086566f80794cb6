package io.vpccni.ipamd.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** These are the pauses between attempts at the same thing, which double up to a longest one. */
public final class Pauses {
  private Pauses() {}

  /**
   * Returns a pause that is uniform in 0 to first × 2^(attempt − 1), at most {@code longest};
   * attempts count from 1.
   */
  public static Duration fullJitter(
      Duration first, Duration longest, int attempt, RandomGenerator random) {
    return Duration.ofMillis(random.nextLong(doubling(first, longest, attempt).toMillis() + 1));
  }

  /** Returns first × 2^(attempt − 1), at most {@code longest}; attempts count from 1. */
  public static Duration doubling(Duration first, Duration longest, int attempt) {
    long factor = 1L << Math.clamp(attempt - 1, 0, 30);
    var grown = first.multipliedBy(factor);
    return grown.compareTo(longest) > 0 ? longest : grown;
  }
}
