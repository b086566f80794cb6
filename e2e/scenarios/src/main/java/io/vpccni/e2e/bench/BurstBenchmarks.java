package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how long the last of many pods waits for its address on a node that has just become
 * ready, with the latencies of EC2. All pods are bound to the node at the same moment.
 */
final class BurstBenchmarks {
  static final String RATIO = "last of 110 pods, compared with one ENI's own time";

  /** An m5.4xlarge runs 234 pods at most, two of which have the host's network. */
  private static final List<Integer> SIZES = List.of(30, 110, 232);

  private static final int PER_ENI = 29;
  private static final int SIDE_BY_SIDE = 3;
  private static final int PARALLEL = 64;
  private static final Duration READY = Duration.ofSeconds(60);

  private final Setup setup;
  private final List<Samples> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private BurstBenchmarks(Setup setup) {
    this.setup = setup;
  }

  /** Measures with secondary addresses: 30 pods need one ENI more, 110 three, and 232 seven. */
  static List<Report> addresses(Setup setup) throws IOException {
    var benchmark = new BurstBenchmarks(setup);
    var last = benchmark.bursts(pods -> (pods - 1) / PER_ENI);
    double percent = 100 * last.get(1) / last.getFirst();
    benchmark.rows.addFirst(Samples.single(RATIO, "%", percent));
    return List.of(new Report("burst", benchmark.rows, benchmark.notes));
  }

  /** Measures with prefixes, of which the primary ENI can hold enough for all pods. */
  static List<Report> prefixes(Setup setup) throws IOException {
    var benchmark = new BurstBenchmarks(setup);
    var unused = benchmark.bursts(_ -> 0);
    return List.of(new Report("burst-prefixes", benchmark.rows, benchmark.notes));
  }

  /** Says how many ENIs besides the primary one so many pods need. */
  private interface Need {
    int enis(int pods);
  }

  /** Returns when the last pod of each burst had its address, in ms since all were bound. */
  private List<Double> bursts(Need need) throws IOException {
    RealLatencies.set(setup.testbed().cloud());
    var last = new ArrayList<Double>();
    for (int i = 0; i < SIZES.size(); i++) {
      int pods = SIZES.get(i);
      var least = RealLatencies.least(need.enis(pods), SIDE_BY_SIDE);
      last.add(burst(setup.testbed().nodes().get(i), pods, least));
    }
    return last;
  }

  private double burst(Node node, int pods, Duration least) throws IOException {
    var prefix = "burst" + pods;
    var log = setup.testbed().cloud().log();
    setup.drivers().namespaces(node, "MAKE", prefix, 0, pods);
    try {
      log.clear();
      node.init();
      node.start();
      node.awaitReady(READY);
      double begun = System.nanoTime() / 1e6;
      ApiPods.bound(setup, node, prefix, pods);
      var after =
          setup.drivers().addsEnded(node, prefix, pods, PARALLEL).stream()
              .map(ended -> ended - begun)
              .toList();
      var each = Samples.of("%d pods, until a pod has its address".formatted(pods), "ms", after);
      rows.add(Samples.single("%d pods, first address".formatted(pods), "ms", after.getFirst()));
      rows.add(each);
      rows.add(
          Samples.single(
              "%d pods, arithmetic floor".formatted(pods), "ms", (double) least.toMillis()));
      notes.add("%d pods: %d ADDs failed".formatted(pods, pods - after.size()));
      notes.add("%d pods: %s".formatted(pods, CloudBenchmarks.byAction(log)));
      return each.max();
    } finally {
      node.stop();
      setup.drivers().namespaces(node, "DROP", prefix, 0, pods);
    }
  }
}
