package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures how long a node is without its agent. */
final class AgentBenchmarks {
  private static final int STARTS = 10;
  private static final int FEW = 30;
  private static final int MANY = 200;
  private static final int RESTARTS = 5;

  private AgentBenchmarks() {}

  /**
   * Measures from exec to the first answer on {@code ipamd.sock}, with a checkpoint of {@value
   * #FEW} pods.
   */
  static List<Report> start(Setup setup) throws IOException {
    setup.testbed().startAgents();
    var node = setup.testbed().nodes().getFirst();
    var drivers = setup.drivers();
    CallBenchmarks.awaitFree(setup, node, FEW);
    drivers.namespaces(node, "MAKE", "start", 0, FEW);
    try {
      var unused = drivers.call(node, "ADD", "start", 0, FEW, 4);
      var serving = new ArrayList<Double>();
      for (int i = 0; i < STARTS; i++) {
        node.ipamd().kill();
        long begun = System.nanoTime();
        node.ipamd().startAgain();
        awaitAnswer(setup, node);
        serving.add(millisSince(begun));
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

  /**
   * Kills and starts both daemons with {@value #MANY} pods. Measures how long it takes until the
   * agent answers and until a pod can be added, and what a restart changes in the kernel and asks
   * of EC2.
   */
  static List<Report> restart(Setup setup) throws IOException {
    setup.testbed().startAgents();
    var node = setup.testbed().nodes().getFirst();
    var drivers = setup.drivers();
    CallBenchmarks.awaitFree(setup, node, MANY + RESTARTS);
    drivers.namespaces(node, "MAKE", "again", 0, MANY + RESTARTS);
    try {
      var unused = drivers.call(node, "ADD", "again", 0, MANY, 4);
      var serving = new ArrayList<Double>();
      var ready = new ArrayList<Double>();
      var first = new ArrayList<Double>();
      setup.testbed().cloud().log().clear();
      var before = kernel(node);
      long changed = 0;
      for (int i = 0; i < RESTARTS; i++) {
        node.ipamd().kill();
        node.netProgrammer().kill();
        long begun = System.nanoTime();
        node.netProgrammer().startAgain();
        node.ipamd().startAgain();
        awaitAnswer(setup, node);
        serving.add(millisSince(begun));
        node.awaitReady(Duration.ofSeconds(30));
        ready.add(millisSince(begun));
        changed += before.equals(kernel(node)) ? 0 : 1;
        first.addAll(drivers.call(node, "ADD", "again", MANY + i, 1, 1));
        unused = drivers.call(node, "DEL", "again", MANY + i, 1, 1);
        LinkDrain.await(node, MANY);
      }
      var log = setup.testbed().cloud().log();
      return List.of(
          new Report(
              "restart-with-pods",
              List.of(
                  Samples.of("both killed and started, to serving", "ms", serving),
                  Samples.of("… until STATUS succeeds", "ms", ready),
                  Samples.of("first ADD after that", "ms", first),
                  Samples.single(
                      "EC2 calls of one restart", "calls", log.total() / (double) RESTARTS)),
              List.of(
                  "%d pods; restarts after which rules, routes or links differed: %d of %d"
                      .formatted(MANY, changed, RESTARTS))));
    } finally {
      drivers.namespaces(node, "DROP", "again", 0, MANY + RESTARTS);
    }
  }

  private static String kernel(Node node) throws IOException {
    return node.run("ip", "rule")
        + node.run("ip", "route", "show", "table", "all")
        + node.run("ip", "-br", "link");
  }

  private static double millisSince(long begun) {
    return (System.nanoTime() - begun) / 1e6;
  }

  private static void awaitAnswer(Setup setup, Node node) throws IOException {
    Wait.until(
        node.name() + ": ipamd answers",
        Duration.ofSeconds(30),
        () -> {
          try {
            var unused = setup.introspection().pool(node);
            return true;
          } catch (IOException notYet) {
            return false;
          }
        },
        node::tails);
  }
}
