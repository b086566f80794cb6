package io.vpccni.ipamd.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts seconds in buckets. */
final class Histogram {
  /** These are the buckets' upper bounds, in seconds. */
  private final double[] bounds;

  private final long[] counts;
  private double sum;

  Histogram(double... bounds) {
    this.bounds = bounds.clone();
    this.counts = new long[bounds.length + 1];
  }

  void add(double seconds) {
    int at = 0;
    while (at < bounds.length && seconds > bounds[at]) at++;
    counts[at]++;
    sum += seconds;
  }

  void write(Exposition out, String family, Map<String, String> labels) {
    long below = 0;
    for (int at = 0; at < counts.length; at++) {
      below += counts[at];
      var bound = at < bounds.length ? bounds[at] : Double.POSITIVE_INFINITY;
      var with = new LinkedHashMap<>(labels);
      with.put("le", Exposition.number(bound));
      out.sample(family, "_bucket", with, below);
    }
    out.sample(family, "_sum", labels, sum);
    out.sample(family, "_count", labels, below);
  }
}
