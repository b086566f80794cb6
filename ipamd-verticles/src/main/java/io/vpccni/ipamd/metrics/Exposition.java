package io.vpccni.ipamd.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the Prometheus text format 0.0.4. It is written by hand because client libraries force
 * suffixes onto names ({@code _total}) that the reference's do not have and dashboards would miss.
 */
final class Exposition {
  private final Map<Family, StringBuilder> families = new EnumMap<>(Family.class);

  /** The text format knows these kinds of metric families. */
  enum Kind {
    COUNTER,
    GAUGE,
    SUMMARY,
    HISTOGRAM;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param labels the values of the family's labels, in their order
   */
  void sample(Family family, Number value, String... labels) {
    line(family, "", List.of(labels), value);
  }

  /**
   * @param suffix {@code _sum} or {@code _count}
   */
  void part(Family family, String suffix, Number value, String... labels) {
    line(family, suffix, List.of(labels), value);
  }

  /**
   * @param bound the upper bound of the bucket, which may be infinite
   */
  void bucket(Family family, double bound, long below, String... labels) {
    line(family, "_bucket", List.of(labels), below, "le", number(bound));
  }

  private void line(
      Family family, String suffix, List<String> values, Number value, String... more) {
    var names = family.labels();
    if (names.size() != values.size()) {
      throw new IllegalArgumentException(family.text() + " has the labels " + names);
    }
    var out = families.computeIfAbsent(family, Exposition::head);
    out.append(family.text()).append(suffix);
    var separator = '{';
    for (int at = 0; at < names.size(); at++) {
      label(out, separator, names.get(at), values.get(at));
      separator = ',';
    }
    for (int at = 0; at < more.length; at += 2) {
      label(out, separator, more[at], more[at + 1]);
      separator = ',';
    }
    if (separator == ',') out.append('}');
    out.append(' ').append(text(value)).append('\n');
  }

  private static StringBuilder head(Family family) {
    return new StringBuilder()
        .append("# HELP ")
        .append(family.text())
        .append(' ')
        .append(family.help())
        .append("\n# TYPE ")
        .append(family.text())
        .append(' ')
        .append(family.kind().text())
        .append('\n');
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

  private static void label(StringBuilder out, char separator, String name, String value) {
    out.append(separator).append(name).append("=\"");
    for (int at = 0; at < value.length(); at++) {
      switch (value.charAt(at)) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(value.charAt(at));
      }
    }
    out.append('"');
  }
}
