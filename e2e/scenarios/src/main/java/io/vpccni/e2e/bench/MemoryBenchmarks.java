package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Scene;
import io.vpccni.e2e.testbed.Daemon;
import io.vpccni.e2e.testbed.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the daemons occupy: idle, with pods, and after many have come and gone. */
final class MemoryBenchmarks {
  private static final int FEW = 30;
  private static final int MANY = 200;

  /** So many pods have come and gone when everything that is made once has been made. */
  private static final int SETTLED = 1_000;

  /** In that time without calls the daemons have given back what they do not use. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  private static final int HALF = 10_000;
  private static final int END = 20_000;

  /** Of the resident memory; more than that between {@link #SETTLED} and {@link #END} is a leak. */
  private static final double ALLOWED = 0.05;

  private final Scene scene;
  private final Node node;
  private int gone;

  private MemoryBenchmarks(Scene scene) {
    this.scene = scene;
    this.node = scene.testbed().nodes().getFirst();
  }

  static List<Report> run(Scene scene) throws IOException {
    scene.testbed().startAgents();
    return new MemoryBenchmarks(scene).run();
  }

  private List<Report> run() throws IOException {
    var drivers = scene.drivers();
    var rows = new ArrayList<Samples>();
    CallBenchmarks.awaitFree(scene, node, MANY);
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
      var settled = Occupied.by(node);
      churn(HALF);
      rows.addAll(resident("after %d ADD and DEL".formatted(HALF)));
      churn(END);
      return List.of(new Report("memory", rows, List.of()), leak(settled, Occupied.by(node)));
    } finally {
      drivers.namespaces(node, "DROP", "mem", 0, MANY);
    }
  }

  /** Until so many pods in all have come and gone. */
  private void churn(int pods) throws IOException {
    var drivers = scene.drivers();
    while (gone < pods) {
      drivers.namespaces(node, "DROP", "mem", 0, MANY);
      drivers.namespaces(node, "MAKE", "mem", 0, MANY);
      var unused = drivers.call(node, "ADD", "mem", 0, MANY, 4);
      unused = drivers.call(node, "DEL", "mem", 0, MANY, 4);
      gone += MANY;
    }
  }

  private List<Samples> resident(String when) throws IOException {
    Quiet.pass(SETTLING);
    var rows = new ArrayList<Samples>();
    for (var daemon : List.of(node.ipamd(), node.netProgrammer())) {
      for (var kind : List.of("Rss", "Pss")) {
        rows.add(
            Samples.single(
                "%s %s, %s".formatted(daemon.name(), kind, when),
                "MiB",
                Occupied.mebibytes(daemon, kind)));
      }
    }
    return rows;
  }

  private static Report leak(Occupied before, Occupied after) {
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
      notes.add("nothing grew: memory within 5 %, no more descriptors, threads, kernel objects");
    }
    return new Report("leak", rows, notes);
  }

  /** Amounts by what they are of, taken when nothing is under way. */
  private record Occupied(java.util.SortedMap<String, Double> amounts) {
    static Occupied by(Node node) throws IOException {
      var amounts = new java.util.TreeMap<String, Double>();
      Quiet.await(node, 0);
      Quiet.pass(SETTLING);
      for (var daemon : List.of(node.ipamd(), node.netProgrammer())) {
        var proc = Path.of("/proc", Long.toString(daemon.pid()));
        amounts.put(daemon.name() + " Rss", mebibytes(daemon, "Rss"));
        amounts.put(daemon.name() + " descriptors", count(proc.resolve("fd")));
        amounts.put(daemon.name() + " threads", count(proc.resolve("task")));
      }
      for (var kind : List.of("link", "rule", "route show table all", "neigh", "-6 rule")) {
        amounts.put("kernel: ip " + kind, (double) Quiet.lines(node, kind));
      }
      return new Occupied(amounts);
    }

    private static double count(Path folder) throws IOException {
      try (var entries = Files.list(folder)) {
        return entries.count();
      }
    }

    static double mebibytes(Daemon daemon, String kind) throws IOException {
      return Files.readAllLines(Path.of("/proc", Long.toString(daemon.pid()), "smaps_rollup"))
          .stream()
          .filter(line -> line.startsWith(kind + ":"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow(() -> new IOException(daemon.name() + " has no " + kind));
    }
  }
}
