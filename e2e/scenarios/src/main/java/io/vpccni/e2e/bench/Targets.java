package io.vpccni.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What was aimed at, for the last lines of a run. A missed target is told and fails nothing. */
final class Targets {
  /**
   * @param limit the most that the figure may be; where {@code least}, the least
   */
  private record Target(
      String report,
      String row,
      String what,
      ToDoubleFunction<Samples> figure,
      double limit,
      boolean least) {
    static Target most(
        String report, String row, String what, ToDoubleFunction<Samples> figure, double limit) {
      return new Target(report, row, what, figure, limit, false);
    }

    static Target least(String report, String row, double limit) {
      return new Target(report, row, "", Samples::median, limit, true);
    }

    boolean reached(double value) {
      return least ? value >= limit : value <= limit;
    }
  }

  /**
   * They are about a list as long as the pool, each at most every 30 s, or refuse all who wait:
   * watched, not promised.
   */
  private static final Set<String> LISTS = Set.of("links", "described", "givesBack", "refuseAll");

  private static final List<Target> ALL =
      List.of(
          Target.most("cni-add", "aws-cni ADD, sequential, warm", "p50", Samples::median, 4),
          Target.most("cni-add", "aws-cni ADD, sequential, warm", "p99", s -> s.quantile(0.99), 20),
          Target.most("cni-del", "aws-cni DEL, sequential, warm", "p50", Samples::median, 3),
          Target.least("cni-add-parallel", "ADD, 16 in parallel, rate", 200),
          Target.most("cni-add-parallel", "ADD, 16 in parallel", "slowest", Samples::max, 200),
          Target.most("first-add", "first ADD after the start", "", Samples::max, 50),
          Target.most(
              "agent-start", "ipamd, kill -9 and start, to serving", "p50", Samples::median, 1500),
          Target.most("memory", "ipamd Rss, 30 pods", "", Samples::max, 130),
          Target.most("memory", "net-programmer Rss, 30 pods", "", Samples::max, 75),
          Target.most(
              "ec2-calls", "ramp, start to 3 full ENIs, 24 pods: mutating", "", Samples::max, 8),
          Target.most(
              "ec2-calls", "ramp, start to 3 full ENIs, 24 pods: Describe", "", Samples::max, 3));

  private Targets() {}

  static String summary(List<Report> reports) {
    var lines = new ArrayList<String>();
    for (var target : all(reports)) {
      reports.stream()
          .filter(report -> report.name().equals(target.report))
          .flatMap(report -> report.rows().stream())
          .filter(row -> row.label().equals(target.row))
          .map(row -> line(target, row))
          .forEach(lines::add);
    }
    return lines.isEmpty() ? "" : "\nsummary\n" + String.join("", lines);
  }

  /** A decision of the pool has the same target, whatever it is about. */
  private static List<Target> all(List<Report> reports) {
    var all = new ArrayList<>(ALL);
    for (var report : reports) {
      if (!report.name().equals("pool-decision")) continue;
      for (var row : report.rows()) {
        if (LISTS.contains(row.label())) continue;
        all.add(Target.most(report.name(), row.label(), "p50", Samples::median, 50));
      }
    }
    return all;
  }

  private static String line(Target target, Samples row) {
    double figure = target.figure.applyAsDouble(row);
    return String.format(
        Locale.ROOT,
        "  %-58s %9.2f %-5s %-8s %7.0f  %s%n",
        (target.report + ": " + row.label() + " " + target.what).strip(),
        figure,
        row.unit(),
        target.least ? "at least" : "at most",
        target.limit,
        target.reached(figure) ? "reached" : "missed");
  }
}
