package io.vpccni.e2e.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What was aimed at, for the last lines of a run. A missed target is told and fails nothing. */
final class Targets {
  private record Target(String what, ToDoubleFunction<Samples> figure, double most) {}

  /** By the label of the row that is measured. */
  private static final Map<String, List<Target>> BY_LABEL =
      Map.of(
          "aws-cni ADD, sequential, warm",
          List.of(
              new Target("p50", Samples::median, 4), new Target("p99", s -> s.quantile(0.99), 20)),
          "aws-cni DEL, sequential, warm",
          List.of(new Target("p50", Samples::median, 3)),
          "first ADD after the start",
          List.of(new Target("", Samples::max, 50)),
          "ADD, 16 in parallel",
          List.of(new Target("slowest", Samples::max, 200)),
          "ipamd, kill -9 and start, to serving",
          List.of(new Target("p50", Samples::median, 1500)),
          "ipamd Rss, 30 pods",
          List.of(new Target("", Samples::max, 130)),
          "net-programmer Rss, 30 pods",
          List.of(new Target("", Samples::max, 75)));

  private Targets() {}

  static String summary(List<Report> reports) {
    var lines = new TreeMap<String, String>();
    for (var report : reports) {
      for (var row : report.rows()) {
        for (var target : BY_LABEL.getOrDefault(row.label(), List.of())) {
          double figure = target.figure.applyAsDouble(row);
          lines.put(
              row.label() + " " + target.what,
              String.format(
                  Locale.ROOT,
                  "  %-48s %9.2f %-4s target %7.0f  %s%n",
                  row.label() + " " + target.what,
                  figure,
                  row.unit(),
                  target.most,
                  figure <= target.most ? "reached" : "missed"));
        }
      }
    }
    return lines.isEmpty() ? "" : "\nsummary\n" + String.join("", lines.values());
  }
}
