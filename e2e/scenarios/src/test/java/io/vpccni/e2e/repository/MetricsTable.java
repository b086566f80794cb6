package io.vpccni.e2e.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** This holds the families of {@code docs/metrics.md}, which is made of the agent's own table. */
public record MetricsTable(Map<String, Row> rows) {
  private static final Path PAGE = Path.of("../../docs/metrics.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(\\w+)` \\| (counter|gauge|summary|histogram) \\| (.*?) \\| (.*?) \\| .*\\|");

  /** The parts of a histogram or a summary have names of their own. */
  private static final Pattern PART = Pattern.compile("(.*)_(bucket|sum|count)");

  /** This is one family. */
  public record Row(String type, List<String> labels, String help) {}

  public static MetricsTable read() throws IOException {
    var rows = new TreeMap<String, Row>();
    for (var line : Files.readAllLines(PAGE)) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), new Row(row.group(2), labels(row.group(3)), row.group(4)));
      }
    }
    return new MetricsTable(rows);
  }

  private static List<String> labels(String cell) {
    return Stream.of(cell.replace("`", "").split(", ", -1))
        .filter(label -> !label.isEmpty())
        .toList();
  }

  /** Tells whether series of this name are on the page. */
  boolean has(String series) {
    return family(series) != null;
  }

  /** Returns the family that a series belongs to, or null. */
  public @Nullable Row family(String series) {
    var part = PART.matcher(series);
    if (rows.containsKey(series) || !part.matches()) return rows.get(series);
    var row = rows.get(part.group(1));
    return row != null && List.of("histogram", "summary").contains(row.type()) ? row : null;
  }

  /** Returns a page with one sample of each family. */
  String page() {
    return rows.entrySet().stream()
        .map(row -> sampled(row.getKey(), row.getValue()))
        .collect(Collectors.joining());
  }

  private static String sampled(String name, Row row) {
    var labels = row.labels().stream().map(label -> label + "=\"x\"").toList();
    var set = "{" + String.join(",", labels) + "}";
    var bucket =
        "{"
            + String.join(",", Stream.concat(labels.stream(), Stream.of("le=\"+Inf\"")).toList())
            + "}";
    var head = "# HELP %1$s %2$s\n# TYPE %1$s %3$s\n".formatted(name, row.help(), row.type());
    var sums = "%1$s_sum%2$s 1\n%1$s_count%2$s 1\n".formatted(name, set);
    return head
        + switch (row.type()) {
          case "histogram" -> name + "_bucket" + bucket + " 1\n" + sums;
          case "summary" -> sums;
          default -> name + set + " 1\n";
        };
  }
}
