package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the first calls of fresh processes, which execute most of their code for the first time.
 * Each start gives only one first call, so both daemons are started again and again.
 */
final class FirstCallBenchmarks {
  private static final int STARTS = 10;
  private static final int CALLS = 30;
  private static final Duration READY = Duration.ofSeconds(30);

  private FirstCallBenchmarks() {}

  /**
   * Measures the first {@value #CALLS} ADDs and DELs of {@value #STARTS} pairs of processes. The
   * calls begin as soon as STATUS succeeds, when a runtime may add its first pod, and come one
   * after the other.
   */
  static List<Report> run(Setup setup) throws IOException {
    setup.testbed().startAgents();
    var node = setup.testbed().nodes().getFirst();
    CallBenchmarks.awaitFree(setup, node, CALLS);
    var drivers = setup.drivers();
    var first = new ArrayList<Double>();
    var adds = new ArrayList<Double>();
    var firstDel = new ArrayList<Double>();
    var dels = new ArrayList<Double>();
    drivers.namespaces(node, "MAKE", "first", 0, CALLS);
    try {
      for (int start = 0; start < STARTS; start++) {
        node.ipamd().kill();
        node.netProgrammer().kill();
        node.netProgrammer().startAgain();
        node.ipamd().startAgain();
        node.awaitReady(READY);
        var added = drivers.call(node, "ADD", "first", 0, CALLS, 1);
        first.add(added.getFirst());
        adds.addAll(added);
        var deleted = drivers.call(node, "DEL", "first", 0, CALLS, 1);
        firstDel.add(deleted.getFirst());
        dels.addAll(deleted);
        LinkDrain.await(node, 0);
      }
    } finally {
      drivers.namespaces(node, "DROP", "first", 0, CALLS);
    }
    return List.of(
        new Report(
            "first-add",
            List.of(
                Samples.of("first ADD of a process", "ms", first),
                Samples.of("ADDs 1 to 30 of a process", "ms", adds),
                Samples.of("first DEL of a process", "ms", firstDel),
                Samples.of("DELs 1 to 30 of a process", "ms", dels)),
            List.of(
                "%d starts of both daemons; the first ADD comes as soon as STATUS succeeds"
                    .formatted(STARTS))));
  }
}
