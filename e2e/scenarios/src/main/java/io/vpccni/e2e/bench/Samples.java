package io.vpccni.e2e.bench;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;

/**
 * Samples are measured values of one kind.
 *
 * @param label what was measured
 * @param unit the unit, for example ms, KiB or calls
 * @param values the values in ascending order; at least one
 */
record Samples(String label, String unit, List<Double> values) {
  static Samples of(String label, String unit, Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(label + ": nothing was measured");
    }
    return new Samples(label, unit, values.stream().sorted().toList());
  }

  static Samples single(String label, String unit, double value) {
    return new Samples(label, unit, List.of(value));
  }

  /**
   * Returns the smallest value that at least this part of all values does not exceed (nearest
   * rank).
   *
   * @param part above 0 and up to 1
   */
  double quantile(double part) {
    return values.get(Math.max(0, (int) Math.ceil(part * values.size()) - 1));
  }

  double median() {
    return quantile(0.5);
  }

  double max() {
    return values.getLast();
  }

  JsonObject json() {
    return new JsonObject()
        .put("label", label)
        .put("unit", unit)
        .put("n", values.size())
        .put("p50", rounded(median()))
        .put("p90", rounded(quantile(0.9)))
        .put("p99", rounded(quantile(0.99)))
        .put("max", rounded(max()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
