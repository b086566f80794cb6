package io.vpccni.ipamd.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the Prometheus text format 0.0.4. Written by hand because client libraries force suffixes
 * onto names ({@code _total}) that the reference's do not have and dashboards would miss.
 */
final class Exposition {
  private final Map<String, StringBuilder> families = new TreeMap<>();

  /** The text format knows these kinds of metric families. */
  enum Kind {
    COUNTER,
    GAUGE,
    SUMMARY,
    HISTOGRAM
  }

  void declare(String name, Kind kind, String help) {
    families.computeIfAbsent(
        name,
        _ ->
            new StringBuilder()
                .append("# HELP ")
                .append(name)
                .append(' ')
                .append(help)
                .append("\n# TYPE ")
                .append(name)
                .append(' ')
                .append(kind.name().toLowerCase(java.util.Locale.ROOT))
                .append('\n'));
  }

  void single(String name, Kind kind, String help, Number value) {
    declare(name, kind, help);
    sample(name, "", Map.of(), value);
  }

  /**
   * @param suffix {@code _sum}, {@code _count}, {@code _bucket} or empty
   */
  void sample(String family, String suffix, Map<String, String> labels, Number value) {
    var out = families.get(family);
    if (out == null) throw new IllegalStateException("not declared: " + family);
    out.append(family).append(suffix);
    if (!labels.isEmpty()) {
      var separator = '{';
      for (var label : new LinkedHashMap<>(labels).entrySet()) {
        out.append(separator).append(label.getKey()).append("=\"");
        escape(out, label.getValue());
        out.append('"');
        separator = ',';
      }
      out.append('}');
    }
    out.append(' ').append(text(value)).append('\n');
  }

  String text() {
    var all = new StringBuilder();
    families.values().forEach(all::append);
    return all.toString();
  }

  private static String text(Number value) {
    return value instanceof Double fraction ? number(fraction) : value.toString();
  }

  static String number(double value) {
    if (value == Double.POSITIVE_INFINITY) return "+Inf";
    long whole = (long) value;
    return whole == value ? Long.toString(whole) : Double.toString(value);
  }

  private static void escape(StringBuilder out, String value) {
    for (int at = 0; at < value.length(); at++) {
      switch (value.charAt(at)) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(value.charAt(at));
      }
    }
  }
}
