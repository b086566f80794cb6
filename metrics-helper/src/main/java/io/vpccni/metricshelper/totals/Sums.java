package io.vpccni.metricshelper.totals;

import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.reading.Metric.Kind;
import io.vpccni.metricshelper.reading.PodReading;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Adds one pod after the other. */
final class Sums {
  /** This is what a process that has just started has counted. */
  static final PodReading ZERO = new PodReading.Builder().build();

  private final Map<Metric, Double> values = new EnumMap<>(Metric.class);

  Map<Metric, Double> values() {
    return values;
  }

  void gauges(PodReading reading) {
    for (var metric : Metric.values()) {
      if (metric.kind() == Kind.GAUGE) add(metric, reading.value(metric));
    }
  }

  /** Adds what the counters of a pod have gained since an earlier reading, and its latency. */
  void increase(PodReading now, PodReading before) {
    boolean restarted = restarted(now, before);
    var baseline = restarted ? ZERO : before;
    for (var metric : Metric.values()) {
      if (metric.kind() == Kind.COUNTER) add(metric, gain(metric, now, baseline));
    }
    latency(now, baseline);
  }

  /** Adds nothing to the counters of a pod, which exist all the same. */
  void noIncrease(PodReading last) {
    for (var metric : Metric.values()) {
      if (metric.kind() == Kind.COUNTER && last.value(metric).isPresent()) {
        add(metric, OptionalDouble.of(0));
      }
    }
  }

  private static boolean restarted(PodReading now, PodReading before) {
    return now.processStart().isPresent()
        && before.processStart().isPresent()
        && now.processStart().getAsDouble() != before.processStart().getAsDouble();
  }

  /** A counter that is lower than before began again from zero, even if nobody says so. */
  private static OptionalDouble gain(Metric metric, PodReading now, PodReading before) {
    var value = now.value(metric);
    double last = before.value(metric).orElse(0);
    return value.isEmpty() || value.getAsDouble() < last
        ? value
        : OptionalDouble.of(value.getAsDouble() - last);
  }

  /**
   * Takes the 0.99 quantile where an agent has one, else the mean of its calls since the poll
   * before. The slowest agent counts.
   */
  private void latency(PodReading now, PodReading before) {
    var quantile = now.value(Metric.AWS_LATENCY);
    double calls = now.latencyCount() - before.latencyCount();
    if (quantile.isPresent()) {
      values.merge(Metric.AWS_LATENCY, quantile.getAsDouble(), Math::max);
    } else if (calls > 0) {
      double mean = (now.latencySum() - before.latencySum()) / calls;
      values.merge(Metric.AWS_LATENCY, mean, Math::max);
    }
  }

  private void add(Metric metric, OptionalDouble value) {
    if (value.isPresent()) values.merge(metric, value.getAsDouble(), Double::sum);
  }
}
