package io.vpccni.metricshelper.reading;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Holds what one agent said of itself at one moment: for each metric the sum of all its series. It
 * is immutable, and small because a large cluster has thousands.
 */
public final class PodReading {
  private final Map<Metric, Double> sums;
  private final double start;
  private final double latencySum;
  private final double latencyCount;

  private PodReading(Builder from) {
    this.sums = new EnumMap<>(from.sums);
    this.start = from.start;
    this.latencySum = from.latencySum;
    this.latencyCount = from.latencyCount;
  }

  /**
   * Returns the sum of the series of this metric, of a latency the largest 0.99 quantile; empty
   * where the agent has no such series.
   */
  public OptionalDouble value(Metric metric) {
    var sum = sums.get(metric);
    return sum == null ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /** Returns the time at which the process started, in seconds since 1970, if it is on the page. */
  public OptionalDouble processStart() {
    return Double.isNaN(start) ? OptionalDouble.empty() : OptionalDouble.of(start);
  }

  /** Returns the duration of all AWS calls of the process so far, in milliseconds. */
  public double latencySum() {
    return latencySum;
  }

  /** Returns the number of all AWS calls of the process so far. */
  public double latencyCount() {
    return latencyCount;
  }

  /** Collects the samples of a page one by one. */
  public static final class Builder {
    private final Map<Metric, Double> sums = new EnumMap<>(Metric.class);
    private double start = Double.NaN;
    private double latencySum;
    private double latencyCount;

    /** Adds one series of a gauge or counter. */
    public Builder add(Metric metric, double value) {
      sums.merge(metric, value, Double::sum);
      return this;
    }

    /** Adds the 0.99 quantile of one series of the latency. */
    public Builder quantile(double value) {
      sums.merge(Metric.AWS_LATENCY, value, Math::max);
      return this;
    }

    public Builder latencySum(double value) {
      latencySum += value;
      return this;
    }

    public Builder latencyCount(double value) {
      latencyCount += value;
      return this;
    }

    public Builder processStart(double value) {
      start = value;
      return this;
    }

    /** Tells whether no metric of an agent has been added. */
    boolean isEmpty() {
      return latencyCount == 0 && sums.isEmpty();
    }

    public PodReading build() {
      return new PodReading(this);
    }
  }
}
