package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Measures how long a fresh node takes from the start of both daemons until a runtime may add pods,
 * and until those that wait for it have their addresses, with the latencies of EC2.
 */
final class JoinBenchmarks {
  private static final int PODS = 10;
  private static final Duration READY = Duration.ofSeconds(60);

  private final Setup setup;
  private final List<Double> ready = new ArrayList<>();
  private final List<Double> first = new ArrayList<>();
  private final List<Double> tenth = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private JoinBenchmarks(Setup setup) {
    this.setup = setup;
  }

  static List<Report> run(Setup setup) throws IOException {
    RealLatencies.set(setup.testbed().cloud());
    var benchmark = new JoinBenchmarks(setup);
    for (var node : setup.testbed().nodes()) {
      benchmark.join(node);
    }
    return List.of(
        new Report(
            "join",
            List.of(
                Samples.of("from the start until STATUS succeeds", "ms", benchmark.ready),
                Samples.of("… until the first pod has its address", "ms", benchmark.first),
                Samples.of("… until the tenth pod has its address", "ms", benchmark.tenth)),
            benchmark.notes));
  }

  private void join(Node node) throws IOException {
    setup.drivers().namespaces(node, "MAKE", node.name(), 0, PODS);
    try {
      ApiPods.bound(setup, node, node.name(), PODS);
      node.init();
      var log = setup.testbed().cloud().log();
      log.clear();
      var at = Instant.now();
      double begun = System.nanoTime() / 1e6;
      node.start();
      node.awaitReady(READY);
      ready.add(System.nanoTime() / 1e6 - begun);
      var added = setup.drivers().addsEnded(node, node.name(), PODS, PODS);
      if (added.size() < PODS) {
        throw new IOException((PODS - added.size()) + " ADDs failed" + node.tails());
      }
      first.add(added.getFirst() - begun);
      tenth.add(added.getLast() - begun);
      notes.add(
          log.entries().stream()
              .map(
                  call ->
                      String.format(
                          Locale.ROOT,
                          "%s %.2f s",
                          call.action(),
                          Duration.between(at, call.at()).toMillis() / 1e3))
              .collect(Collectors.joining(", ", "calls after the start: ", "")));
    } finally {
      node.stop();
      setup.drivers().namespaces(node, "DROP", node.name(), 0, PODS);
    }
  }
}
