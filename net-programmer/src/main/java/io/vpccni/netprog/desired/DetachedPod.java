package io.vpccni.netprog.desired;

import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of a pod that is to go. Less than of one that comes: a DEL may follow a result of
 * another agent.
 *
 * @param vlanId of its branch ENI, if it has one
 */
public record DetachedPod(
    String containerId,
    String ifName,
    List<PodInterface> interfaces,
    OptionalInt vlanId,
    Optional<Egress> egress) {
  public DetachedPod {
    interfaces = List.copyOf(interfaces);
  }

  /** Everything that was made for that pod. */
  public static DetachedPod of(PodState pod) {
    return new DetachedPod(
        pod.containerId(),
        pod.ifName(),
        pod.interfaces(),
        pod.branchEni().map(branch -> OptionalInt.of(branch.vlanId())).orElse(OptionalInt.empty()),
        pod.egress().map(egress -> new Egress(egress.ip(), Optional.of(egress.hostVeth()))));
  }

  /**
   * @param hostVeth empty where another program chose the name: then the link that the address is
   *     routed to
   */
  public record Egress(Ip ip, Optional<String> hostVeth) {}
}
