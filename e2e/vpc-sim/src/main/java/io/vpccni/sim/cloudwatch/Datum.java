package io.vpccni.sim.cloudwatch;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds one metric datum that arrived by PutMetricData.
 *
 * @param values has one element for a plain value, and several for a distribution
 * @param counts says how often each of the values occurred; empty if each occurred once
 * @param protocol is the one by which it came: {@code cbor}, {@code json} or {@code query}
 */
public record Datum(
    Instant arrived,
    String namespace,
    String name,
    SortedMap<String, String> dimensions,
    List<Double> values,
    List<Double> counts,
    String unit,
    String protocol,
    boolean compressed) {
  public Datum {
    dimensions = new TreeMap<>(dimensions);
    values = List.copyOf(values);
    counts = List.copyOf(counts);
  }

  /** The origin of a datum says how and when it arrived. */
  record Origin(Instant arrived, String protocol, boolean compressed) {}

  static Datum of(String namespace, Map<?, ?> datum, Origin origin) {
    var values =
        number(datum, "Value")
            .map(List::of)
            .or(() -> statistics(datum))
            .orElseGet(() -> numbers(datum, "Values"));
    return new Datum(
        origin.arrived(),
        namespace,
        need(datum, "MetricName"),
        dimensions(datum),
        values,
        numbers(datum, "Counts"),
        text(datum, "Unit").orElse("None"),
        origin.protocol(),
        origin.compressed());
  }

  private static SortedMap<String, String> dimensions(Map<?, ?> datum) {
    var all = new TreeMap<String, String>();
    if (datum.get("Dimensions") instanceof List<?> list) {
      for (var item : list) {
        if (item instanceof Map<?, ?> one) {
          all.put(need(one, "Name"), need(one, "Value"));
        }
      }
    }
    return all;
  }

  /** Returns the sum of a statistic set, which stands for its values here. */
  private static Optional<List<Double>> statistics(Map<?, ?> datum) {
    return datum.get("StatisticValues") instanceof Map<?, ?> summary
        ? number(summary, "Sum").map(List::of)
        : Optional.empty();
  }

  private static List<Double> numbers(Map<?, ?> in, String name) {
    return in.get(name) instanceof List<?> list
        ? list.stream().map(Datum::toDouble).toList()
        : List.of();
  }

  private static Optional<Double> number(Map<?, ?> in, String name) {
    return text(in, name).map(Datum::toDouble);
  }

  private static Double toDouble(@Nullable Object number) {
    return Double.valueOf(String.valueOf(number));
  }

  private static Optional<String> text(Map<?, ?> in, String name) {
    var value = in.get(name);
    return value == null ? Optional.empty() : Optional.of(value.toString());
  }

  private static String need(Map<?, ?> in, String name) {
    return text(in, name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new IllegalArgumentException("The parameter " + name + " is required."));
  }
}
