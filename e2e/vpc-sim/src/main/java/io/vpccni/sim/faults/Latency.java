package io.vpccni.sim.faults;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Says how long an answer takes, log-normally distributed as with network services: half of them
 * take at most {@code median}, 99 of 100 at most {@code p99}.
 */
public record Latency(Duration median, Duration p99) {
  public static final Latency NONE = new Latency(Duration.ZERO, Duration.ZERO);

  /** The standard normal distribution has its 99th percentile here. */
  private static final double Z99 = 2.3263;

  public Latency {
    if (median.isNegative() || p99.compareTo(median) < 0) {
      throw new IllegalArgumentException(
          "latency needs 0 <= median <= p99, not " + median + " and " + p99);
    }
  }

  public Duration draw(RandomGenerator chance) {
    if (median.isZero()) {
      return Duration.ZERO;
    }
    double sigma = Math.log((double) p99.toNanos() / median.toNanos()) / Z99;
    return Duration.ofNanos((long) (median.toNanos() * Math.exp(sigma * chance.nextGaussian())));
  }
}
