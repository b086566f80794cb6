package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.Sync;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the whole desired state, with which each connection to net-programmer begins. It is pure.
 */
final class DesiredState {
  private DesiredState() {}

  /**
   * Returns the host with all pods and the deletions that were promised; empty while the node's own
   * addresses are not known.
   *
   * @param pods what attachments hold of the pool
   * @param branches what pods with branch ENIs hold: without them their rules would be nobody's
   * @param deletions names of the host veths whose deletion was promised
   */
  static Optional<Sync> of(
      AgentConfig config,
      HostInputs inputs,
      List<Holding> pods,
      List<Holding> branches,
      List<String> deletions) {
    return inputs
        .host(config)
        .map(
            host ->
                Sync.newBuilder()
                    .setHost(host)
                    .addAllDeletions(deletions)
                    .addAllPods(
                        Stream.concat(pods.stream(), branches.stream())
                            .filter(DesiredPod::known)
                            .map(holding -> pod(config, holding))
                            .toList())
                    .build());
  }

  private static Pod pod(AgentConfig config, Holding holding) {
    var links = config.host().podLinks();
    return DesiredPod.hostPart(holding, links.vethPrefix(), links.mtu());
  }
}
