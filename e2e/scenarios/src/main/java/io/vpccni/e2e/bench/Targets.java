package io.vpccni.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The targets are compared with the figures in the last lines of a run. A missed target is reported
 * and fails nothing.
 */
final class Targets {
  /**
   * A target is a bound on one figure.
   *
   * @param limit the most that the figure may be, or the least where {@code least} is true
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
   * These decisions go through a list as long as the pool, at most every 30 s each, or refuse all
   * calls that wait. They are watched, but no target is promised for them.
   */
  private static final Set<String> LISTS = Set.of("links", "described", "givesBack", "refuseAll");

  private static final List<Target> ALL =
      List.of(
          Target.most("cni-add", "aws-cni ADD, sequential, warm", "p50", Samples::median, 4),
          Target.most("cni-add", "aws-cni ADD, sequential, warm", "p99", s -> s.quantile(0.99), 20),
          Target.most("cni-del", "aws-cni DEL, sequential, warm", "p50", Samples::median, 3),
          Target.least("cni-add-parallel", "ADD, 16 in parallel, rate", 200),
          Target.most("cni-add-parallel", "ADD, 16 in parallel", "slowest", Samples::max, 200),
          Target.most("first-add", "first ADD of a process", "p50", Samples::median, 30),
          Target.most("first-add", "ADDs 1 to 30 of a process", "p99", s -> s.quantile(0.99), 40),
          Target.most(
              "agent-start", "ipamd, kill -9 and start, to serving", "p50", Samples::median, 1500),
          Target.most("memory", "ipamd Rss, 30 pods", "", Samples::max, 130),
          Target.most("memory", "net-programmer Rss, 30 pods", "", Samples::max, 75),
          Target.most(
              "ec2-calls", "ramp, start to 3 full ENIs, 24 pods: mutating", "", Samples::max, 8),
          Target.most(
              "ec2-calls", "ramp, start to 3 full ENIs, 24 pods: Describe", "", Samples::max, 3),
          Target.most("burst", BurstBenchmarks.RATIO, "", Samples::max, 130));

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

  /** Adds the target of the pool's decisions, which is the same for each of them. */
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
