package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.wire.introspection.CardPool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** These benchmarks measure the calls that a container runtime waits for. */
final class CallBenchmarks {
  private static final int WARM_UP = 30;
  private static final int CALLS = 200;
  private static final int PARALLEL_CALLS = 192;

  private CallBenchmarks() {}

  /** Measures sequential calls of a warm agent, each with a fresh namespace. */
  static List<Report> addAndDel(Setup setup) throws IOException {
    setup.testbed().startAgents();
    var node = setup.testbed().nodes().getFirst();
    awaitFree(setup, node, CALLS + WARM_UP);
    var drivers = setup.drivers();
    drivers.namespaces(node, "MAKE", "seq", 0, WARM_UP + CALLS);
    try {
      var unused = drivers.call(node, "ADD", "seq", 0, WARM_UP, 1);
      var before = AddBreakdown.now(setup, node);
      var add = drivers.call(node, "ADD", "seq", WARM_UP, CALLS, 1);
      var parts = AddBreakdown.now(setup, node).since(before, add);
      unused = drivers.call(node, "DEL", "seq", 0, WARM_UP, 1);
      var del = drivers.call(node, "DEL", "seq", WARM_UP, CALLS, 1);
      var floor = drivers.floor(CALLS);
      var exec = drivers.exec(node, CALLS);
      return List.of(
          report(
              "cni-add",
              Samples.of("aws-cni ADD, sequential, warm", "ms", add),
              floor.get("add"),
              exec),
          parts,
          report(
              "cni-del",
              Samples.of("aws-cni DEL, sequential, warm", "ms", del),
              floor.get("del"),
              exec));
    } finally {
      drivers.namespaces(node, "DROP", "seq", 0, WARM_UP + CALLS);
    }
  }

  private static Report report(
      String name, Samples measured, @Nullable Samples floor, Samples exec) {
    var least = Objects.requireNonNull(floor);
    var ratio = measured.median() / (least.median() + exec.median());
    return new Report(
        name,
        List.of(measured, least, exec),
        List.of("median: %.1f times the two floors together".formatted(ratio)));
  }

  /** Measures many calls at the same time, as they happen after another node is drained. */
  static List<Report> parallel(Setup setup) throws IOException {
    setup.testbed().startAgents();
    var node = setup.testbed().nodes().getFirst();
    awaitFree(setup, node, PARALLEL_CALLS);
    var drivers = setup.drivers();
    var rows = new ArrayList<Samples>();
    var rates = new ArrayList<Samples>();
    for (int parallel : List.of(16, 1, 4, 64)) {
      var prefix = "par" + parallel;
      drivers.namespaces(node, "MAKE", prefix, 0, PARALLEL_CALLS);
      try {
        // The first round of each width warms up; it is not counted.
        round(drivers, node, prefix, parallel);
        long begun = System.nanoTime();
        var add = drivers.call(node, "ADD", prefix, 0, PARALLEL_CALLS, parallel);
        double seconds = (System.nanoTime() - begun) / 1e9;
        rows.add(Samples.of("ADD, %d in parallel".formatted(parallel), "ms", add));
        rates.add(
            Samples.single(
                "ADD, %d in parallel, rate".formatted(parallel), "1/s", PARALLEL_CALLS / seconds));
        var unused = drivers.call(node, "DEL", prefix, 0, PARALLEL_CALLS, parallel);
      } finally {
        drivers.namespaces(node, "DROP", prefix, 0, PARALLEL_CALLS);
      }
    }
    rows.addAll(rates);
    return List.of(new Report("cni-add-parallel", rows, List.of()));
  }

  private static void round(Drivers drivers, Node node, String prefix, int parallel)
      throws IOException {
    var unused = drivers.call(node, "ADD", prefix, 0, PARALLEL_CALLS, parallel);
    unused = drivers.call(node, "DEL", prefix, 0, PARALLEL_CALLS, parallel);
    drivers.namespaces(node, "DROP", prefix, 0, PARALLEL_CALLS);
    drivers.namespaces(node, "MAKE", prefix, 0, PARALLEL_CALLS);
  }

  /**
   * Waits until the node has free addresses, so that the cloud takes no part in the measurement.
   */
  static void awaitFree(Setup setup, Node node, int addresses) throws IOException {
    Wait.until(
        node.name() + " has " + addresses + " free addresses",
        Duration.ofSeconds(60),
        () ->
            setup.introspection().pool(node).getCardsList().stream()
                    .mapToInt(CardPool::getFree)
                    .sum()
                >= addresses,
        node::tails);
  }
}
