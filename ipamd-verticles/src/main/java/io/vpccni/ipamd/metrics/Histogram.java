package io.vpccni.ipamd.metrics;

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

  /**
   * @param labels the values of the family's labels, in their order
   */
  void write(Exposition out, Family family, String... labels) {
    long below = 0;
    for (int at = 0; at < counts.length; at++) {
      below += counts[at];
      out.bucket(family, at < bounds.length ? bounds[at] : Double.POSITIVE_INFINITY, below, labels);
    }
    out.part(family, "_sum", sum, labels);
    out.part(family, "_count", below, labels);
  }
}
