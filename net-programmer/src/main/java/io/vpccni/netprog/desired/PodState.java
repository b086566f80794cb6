package io.vpccni.netprog.desired;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/**
 * A pod's place on this node; identified by container id and interface name, as in the CNI call.
 *
 * @param ifName the CNI interface
 * @param netns path of its network namespace; empty where only the host's part is known
 * @param interfaces the first is the CNI interface, further ones belong to multi-NIC pods; at least
 *     one
 * @param mtu 576 to 9001
 */
public record PodState(
    String containerId,
    String ifName,
    String podNamespace,
    String podName,
    Optional<String> netns,
    List<PodInterface> interfaces,
    Optional<BranchEni> branchEni,
    Optional<Egress> egress,
    int mtu) {
  public PodState {
    interfaces = List.copyOf(interfaces);
  }

  /**
   * @param ifName in the pod
   * @param routeTable of the ENI that owns the address; 254 is main
   */
  public record PodInterface(String ifName, String hostVeth, Ip ip, int routeTable) {}

  /**
   * @param vlanId 1 to 4094
   * @param trunkMac of the ENI that carries the VLAN
   */
  public record BranchEni(
      int vlanId, Mac mac, Ip gateway, Mac trunkMac, PodSecurityGroupMode mode) {}

  /** The node-local address of the other family, on an interface of its own. */
  public record Egress(Ip ip, String hostVeth) {}
}
