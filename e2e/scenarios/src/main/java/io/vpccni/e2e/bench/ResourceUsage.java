package io.vpccni.e2e.bench;

import io.vpccni.e2e.testbed.Daemon;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds the resources that the daemons and their pods occupy on a node without pods, by name.
 * Memory is in MiB, everything else is a number of things.
 */
record ResourceUsage(SortedMap<String, Double> amounts) {

  /** Measures once the links of removed pods are gone and the daemons have been idle for a time. */
  static ResourceUsage of(Node node, Duration idle) throws IOException {
    var amounts = new TreeMap<String, Double>();
    LinkDrain.await(node, 0);
    Wait.pass(idle);
    for (var daemon : List.of(node.ipamd(), node.netProgrammer())) {
      var proc = Path.of("/proc", Long.toString(daemon.pid()));
      amounts.put(daemon.name() + " Rss", mebibytes(daemon, "Rss"));
      amounts.put(daemon.name() + " descriptors", count(proc.resolve("fd")));
      amounts.put(daemon.name() + " threads", count(proc.resolve("task")));
    }
    for (var kind : List.of("link", "rule", "route show table all", "neigh", "-6 rule")) {
      var shown = node.run(("ip -o " + kind).split(" ", -1));
      amounts.put("kernel: ip " + kind, (double) shown.lines().count());
    }
    return new ResourceUsage(amounts);
  }

  private static double count(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.count();
    }
  }

  /**
   * Returns the memory of a process in MiB.
   *
   * @param kind a line of {@code smaps_rollup}, for example Rss or Pss
   */
  static double mebibytes(Daemon daemon, String kind) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(daemon.pid()), "smaps_rollup"))
        .stream()
        .filter(line -> line.startsWith(kind + ":"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow(() -> new IOException(daemon.name() + " has no " + kind));
  }
}
