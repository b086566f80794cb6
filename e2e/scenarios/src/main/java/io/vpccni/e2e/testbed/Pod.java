package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;

/**
 * A pod that runs: its network namespace, wired.
 *
 * @param netns name of the namespace
 */
public record Pod(Node node, PodNetwork network, String netns, Ip ip) {
  public String name() {
    return network.name();
  }
}
