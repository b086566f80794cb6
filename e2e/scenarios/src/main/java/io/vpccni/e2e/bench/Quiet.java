package io.vpccni.e2e.bench;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.time.Duration;

/** Links of pods go after the answer, in groups: what is counted before that is not the end. */
final class Quiet {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Quiet() {}

  /** Until the node has so many links of pods. */
  static void await(Node node, int pods) throws IOException {
    Wait.until(
        node.name() + ": the links of pods that ended are gone",
        PATIENCE,
        () ->
            node.run("ip", "-br", "link", "show", "type", "veth")
                    .lines()
                    .filter(link -> link.startsWith("eni"))
                    .count()
                == pods,
        node::tails);
  }

  static void pass(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  /** How many lines {@code ip} prints. */
  static long lines(Node node, String words) throws IOException {
    return node.run(("ip -o " + words).split(" ")).lines().count();
  }
}
