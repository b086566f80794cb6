package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Scene;
import io.vpccni.e2e.testbed.Daemon;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the agent costs the node. */
final class AgentBenchmarks {
  private static final int STARTS = 10;
  private static final int FEW = 30;
  private static final int MANY = 200;
  private static final int CHURN = 10_000;

  private AgentBenchmarks() {}

  /**
   * From exec to the first answer on {@code ipamd.sock}, with a checkpoint of {@value #FEW} pods.
   */
  static List<Report> start(Scene scene) throws IOException {
    scene.testbed().startAgents();
    var node = scene.testbed().nodes().getFirst();
    var drivers = scene.drivers();
    CallBenchmarks.awaitFree(scene, node, FEW);
    drivers.namespaces(node, "MAKE", "start", 0, FEW);
    try {
      var unused = drivers.call(node, "ADD", "start", 0, FEW, 4);
      var serving = new ArrayList<Double>();
      for (int i = 0; i < STARTS; i++) {
        node.ipamd().kill();
        long begun = System.nanoTime();
        node.ipamd().startAgain();
        awaitAnswer(scene, node);
        serving.add((System.nanoTime() - begun) / 1e6);
      }
      return List.of(
          new Report(
              "agent-start",
              List.of(Samples.of("ipamd, kill -9 and start, to serving", "ms", serving)),
              List.of("%d pods in the checkpoint".formatted(FEW))));
    } finally {
      drivers.namespaces(node, "DROP", "start", 0, FEW);
    }
  }

  private static void awaitAnswer(Scene scene, Node node) throws IOException {
    Wait.until(
        node.name() + ": ipamd answers",
        Duration.ofSeconds(30),
        () -> {
          try {
            var unused = scene.introspection().pool(node);
            return true;
          } catch (IOException notYet) {
            return false;
          }
        },
        node::tails);
  }

  /** Resident memory of both daemons: idle, with pods, and after a churn that would show a leak. */
  static List<Report> memory(Scene scene) throws IOException {
    scene.testbed().startAgents();
    var node = scene.testbed().nodes().getFirst();
    var drivers = scene.drivers();
    var rows = new ArrayList<Samples>();
    CallBenchmarks.awaitFree(scene, node, MANY);
    rows.addAll(resident(node, "idle"));
    drivers.namespaces(node, "MAKE", "mem", 0, MANY);
    try {
      var unused = drivers.call(node, "ADD", "mem", 0, FEW, 1);
      rows.addAll(resident(node, FEW + " pods"));
      unused = drivers.call(node, "ADD", "mem", FEW, MANY - FEW, 4);
      rows.addAll(resident(node, MANY + " pods"));
      churn(drivers, node, MANY, CHURN);
      rows.addAll(resident(node, "after %d ADD and DEL".formatted(CHURN)));
    } finally {
      drivers.namespaces(node, "DROP", "mem", 0, MANY);
    }
    return List.of(new Report("memory", rows, List.of()));
  }

  private static void churn(Drivers drivers, Node node, int pods, int calls) throws IOException {
    var unused = drivers.call(node, "DEL", "mem", 0, pods, 4);
    for (int done = 0; done < calls; done += pods) {
      drivers.namespaces(node, "DROP", "mem", 0, pods);
      drivers.namespaces(node, "MAKE", "mem", 0, pods);
      unused = drivers.call(node, "ADD", "mem", 0, pods, 4);
      unused = drivers.call(node, "DEL", "mem", 0, pods, 4);
    }
  }

  private static List<Samples> resident(Node node, String when) throws IOException {
    var rows = new ArrayList<Samples>();
    for (var daemon : List.of(node.ipamd(), node.netProgrammer())) {
      for (var kind : List.of("Rss", "Pss")) {
        rows.add(
            Samples.single(
                "%s %s, %s".formatted(daemon.name(), kind, when), "MiB", mebibytes(daemon, kind)));
      }
    }
    return rows;
  }

  private static double mebibytes(Daemon daemon, String kind) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(daemon.pid()), "smaps_rollup"))
        .stream()
        .filter(line -> line.startsWith(kind + ":"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow(() -> new IOException(daemon.name() + " has no " + kind));
  }
}
