package io.vpccni.e2e.bench;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.time.Duration;

/**
 * Waits for the links of removed pods. They are deleted in groups after the DEL has been answered,
 * so that whatever is counted earlier is still on its way out.
 */
final class LinkDrain {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private LinkDrain() {}

  /** Waits until the node has this many links of pods. */
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
}
