package io.vpccni.metricshelper.totals;

import io.vpccni.metricshelper.reading.Metric;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Holds the figures of the whole cluster at one moment.
 *
 * @param at the moment that they are about
 * @param values each metric that at least one agent has
 * @param coverage how many agents they are made from
 */
public record Totals(Instant at, Map<Metric, Double> values, Coverage coverage) {
  public Totals {
    var copy = new EnumMap<Metric, Double>(Metric.class);
    copy.putAll(values);
    values = Collections.unmodifiableMap(copy);
  }

  /**
   * Says how many pods the totals are made from.
   *
   * @param listed those that exist
   * @param answered those whose page was read this time
   * @param remembered those that did not answer and count with what they said last
   */
  public record Coverage(int listed, int answered, int remembered) {}
}
