package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * This benchmark measures the memory and other resources of the daemons: idle, with pods, and after
 * many pods have come and gone.
 */
final class MemoryBenchmarks {
  private static final int FEW = 30;
  private static final int MANY = 200;

  /** After this many pods everything that is made only once has been made. */
  private static final int SETTLED = 1_000;

  /** After this time without calls the daemons have given back the memory that they do not use. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  private static final int HALF = 10_000;
  private static final int END = 20_000;

  /**
   * Resident memory that grows by more than this part between {@link #SETTLED} and {@link #END} is
   * a leak.
   */
  private static final double ALLOWED = 0.05;

  private final Setup setup;
  private final Node node;
  private int gone;

  private MemoryBenchmarks(Setup setup) {
    this.setup = setup;
    this.node = setup.testbed().nodes().getFirst();
  }

  static List<Report> run(Setup setup) throws IOException {
    setup.testbed().startAgents();
    return new MemoryBenchmarks(setup).run();
  }

  private List<Report> run() throws IOException {
    var drivers = setup.drivers();
    var rows = new ArrayList<Samples>();
    CallBenchmarks.awaitFree(setup, node, MANY);
    rows.addAll(resident("idle"));
    drivers.namespaces(node, "MAKE", "mem", 0, MANY);
    try {
      var unused = drivers.call(node, "ADD", "mem", 0, FEW, 1);
      rows.addAll(resident(FEW + " pods"));
      unused = drivers.call(node, "ADD", "mem", FEW, MANY - FEW, 4);
      rows.addAll(resident(MANY + " pods"));
      unused = drivers.call(node, "DEL", "mem", 0, MANY, 4);
      gone = MANY;
      churn(SETTLED);
      var settled = ResourceUsage.of(node, SETTLING);
      churn(HALF);
      rows.addAll(resident("after %d ADD and DEL".formatted(HALF)));
      churn(END);
      return List.of(
          new Report("memory", rows, List.of()), leak(settled, ResourceUsage.of(node, SETTLING)));
    } finally {
      drivers.namespaces(node, "DROP", "mem", 0, MANY);
    }
  }

  /** Adds and deletes pods until this many in all have come and gone. */
  private void churn(int pods) throws IOException {
    var drivers = setup.drivers();
    while (gone < pods) {
      drivers.namespaces(node, "DROP", "mem", 0, MANY);
      drivers.namespaces(node, "MAKE", "mem", 0, MANY);
      var unused = drivers.call(node, "ADD", "mem", 0, MANY, 4);
      unused = drivers.call(node, "DEL", "mem", 0, MANY, 4);
      gone += MANY;
    }
  }

  private List<Samples> resident(String when) throws IOException {
    Wait.pass(SETTLING);
    var rows = new ArrayList<Samples>();
    for (var daemon : List.of(node.ipamd(), node.netProgrammer())) {
      for (var kind : List.of("Rss", "Pss")) {
        rows.add(
            Samples.single(
                "%s %s, %s".formatted(daemon.name(), kind, when),
                "MiB",
                ResourceUsage.mebibytes(daemon, kind)));
      }
    }
    return rows;
  }

  private static Report leak(ResourceUsage before, ResourceUsage after) {
    var rows = new ArrayList<Samples>();
    var notes = new ArrayList<String>();
    for (var what : before.amounts().keySet()) {
      double was = before.amounts().get(what);
      double is = after.amounts().getOrDefault(what, 0.0);
      var unit = what.endsWith("Rss") ? "MiB" : "";
      rows.add(Samples.single("%s, after %d".formatted(what, SETTLED), unit, was));
      rows.add(Samples.single("%s, after %d".formatted(what, END), unit, is));
      double allowed = what.endsWith("Rss") ? was * (1 + ALLOWED) : was;
      if (is > allowed) {
        notes.add(String.format(Locale.ROOT, "GREW: %s from %.1f to %.1f", what, was, is));
      }
    }
    if (notes.isEmpty()) {
      notes.add(
          "nothing grew: memory stayed within 5 %, and there are no more descriptors, threads or kernel objects");
    }
    return new Report("leak", rows, notes);
  }
}
