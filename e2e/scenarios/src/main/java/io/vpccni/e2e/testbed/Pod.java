package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes a pod that runs in its own, wired network namespace.
 *
 * @param netns the name of the namespace
 */
public record Pod(Node node, PodNetwork network, String netns, Ip ip) {
  public String name() {
    return network.name();
  }

  public Path netnsPath() {
    return Netns.path(netns);
  }

  /** Runs {@code ip} in the pod and returns what it prints. */
  public String ip(String... words) throws IOException {
    var command = new ArrayList<>(List.of("ip", "-n", netns));
    command.addAll(List.of(words));
    return Tool.run(List.of(), command.toArray(String[]::new));
  }
}
