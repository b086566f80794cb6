package io.vpccni.netprog.desired;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/**
 * Describes the desired state of a pod on this node. A pod is identified by container id and
 * interface name, as in the CNI call.
 *
 * @param ifName name of the CNI interface in the pod
 * @param netns path of the pod's network namespace; empty if only the host's part is known
 * @param interfaces at least one; the first is the CNI interface, further ones belong to multi-NIC
 *     pods
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

  /** Returns the addresses whose route table is not known. */
  public List<Ip> unplaced() {
    return branchEni.isPresent()
        ? List.of()
        : interfaces.stream()
            .filter(iface -> iface.routeTable() == PodInterface.UNKNOWN_TABLE)
            .map(PodInterface::ip)
            .toList();
  }

  /** Returns the same pod with the tables of another description, where its own are not known. */
  public PodState placedAs(PodState told) {
    var unknown = unplaced();
    return new PodState(
        containerId,
        ifName,
        podNamespace,
        podName,
        netns,
        interfaces.stream()
            .map(iface -> unknown.contains(iface.ip()) ? placedAs(iface, told) : iface)
            .toList(),
        branchEni,
        egress,
        mtu);
  }

  private static PodInterface placedAs(PodInterface iface, PodState told) {
    return told.interfaces().stream()
        .filter(other -> other.ip().equals(iface.ip()))
        .findFirst()
        .map(other -> iface.in(other.routeTable()))
        .orElse(iface);
  }

  /**
   * Describes an address of the pod and the veth pair that carries it.
   *
   * @param ifName name of the interface in the pod
   * @param routeTable table of the ENI that owns the address; 254 is the main table, and {@link
   *     #UNKNOWN_TABLE} says that the ENI is not known
   */
  public record PodInterface(String ifName, String hostVeth, Ip ip, int routeTable) {
    /** Rules that route packets from an address of an unknown table are left as they are. */
    public static final int UNKNOWN_TABLE = 0;

    PodInterface in(int table) {
      return new PodInterface(ifName, hostVeth, ip, table);
    }
  }

  /**
   * Describes the branch ENI of a pod with security groups of its own.
   *
   * @param vlanId 1 to 4094
   * @param trunkMac MAC of the ENI that carries the VLAN
   */
  public record BranchEni(
      int vlanId, Mac mac, Ip gateway, Mac trunkMac, PodSecurityGroupMode mode) {}

  /**
   * Describes the pod's node-local address of the other family, which has an interface of its own.
   */
  public record Egress(Ip ip, String hostVeth) {}
}
