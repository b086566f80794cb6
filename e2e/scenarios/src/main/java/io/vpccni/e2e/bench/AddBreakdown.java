package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Shows which part of an ADD takes how long. The parts come from the histograms that the agent
 * keeps at all times, read before and after a number of calls.
 */
final class AddBreakdown {
  private static final Pattern SAMPLE =
      Pattern.compile("awscni_cni_phase_duration_seconds_(sum|count)\\{phase=\"(\\w+)\"\\} (\\S+)");

  private final Map<String, Double> milliseconds = new HashMap<>();
  private final Map<String, Double> counts = new HashMap<>();

  private AddBreakdown(String metrics) {
    var sample = SAMPLE.matcher(metrics);
    while (sample.find()) {
      double value = Double.parseDouble(sample.group(3));
      if (sample.group(1).equals("sum")) milliseconds.put(sample.group(2), value * 1000);
      else counts.put(sample.group(2), value);
    }
  }

  static AddBreakdown now(Setup setup, Node node) throws IOException {
    return new AddBreakdown(setup.introspection().metrics(node));
  }

  /**
   * Returns the mean duration of one part in ms since an earlier reading, or 0 where nothing was
   * recorded.
   */
  private double mean(String phase, AddBreakdown before) {
    double calls = counts.getOrDefault(phase, 0.0) - before.counts.getOrDefault(phase, 0.0);
    double spent =
        milliseconds.getOrDefault(phase, 0.0) - before.milliseconds.getOrDefault(phase, 0.0);
    return calls == 0 ? 0 : spent / calls;
  }

  /**
   * Returns the breakdown of the calls since an earlier reading.
   *
   * @param before the reading from before the calls
   * @param calls the duration of each call in ms, as its caller saw it
   */
  Report since(AddBreakdown before, List<Double> calls) {
    double whole = calls.stream().mapToDouble(each -> each).average().orElseThrow();
    double add = mean("add_total", before);
    double assign = mean("assign", before);
    double netProgrammer = mean("net_programmer", before);
    double decide = mean("decide", before);
    double checkpoint = mean("checkpoint", before);
    double kernel = mean("kernel", before);
    double socket = mean("socket", before);
    double parse = mean("parse", before);
    double reply = mean("reply", before);
    var rows = new ArrayList<Samples>();
    rows.add(row("ADD as its caller sees it", whole));
    rows.add(row("exec; reading the answer, exit, reap", whole - socket - add));
    rows.add(row("socket: connect, send, arrive", socket));
    rows.add(row("parse", parse));
    rows.add(row("decide", decide));
    rows.add(row("checkpoint", checkpoint));
    rows.add(row("pool besides: handing over, waiting", assign - decide - checkpoint));
    rows.add(row("net-programmer call without the kernel", netProgrammer - kernel));
    rows.add(row("kernel: setns, netlink", kernel));
    rows.add(row("reply", reply));
    rows.add(row("agent besides", add - parse - assign - netProgrammer - reply));
    return new Report(
        "add-breakdown",
        rows,
        List.of(
            String.format(
                Locale.ROOT,
                "means of %d calls; the rows below the first add up to it",
                calls.size())));
  }

  private static Samples row(String label, double milliseconds) {
    return Samples.single(label, "ms", milliseconds);
  }
}
