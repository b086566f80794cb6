package io.vpccni.netprog.desired;

import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Describes a pod that is to be removed. Less is known about it than about a {@link PodState},
 * because a DEL may follow an ADD that another agent answered.
 *
 * @param vlanId of the pod's branch ENI, if it has one
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

  /** Returns a form that covers everything that is made for the pod. */
  public static DetachedPod of(PodState pod) {
    return new DetachedPod(
        pod.containerId(),
        pod.ifName(),
        pod.interfaces(),
        pod.branchEni().map(branch -> OptionalInt.of(branch.vlanId())).orElse(OptionalInt.empty()),
        pod.egress().map(egress -> new Egress(egress.ip(), Optional.of(egress.hostVeth()))));
  }

  /**
   * Describes the node-local address of a pod.
   *
   * @param hostVeth name of the host's end; empty if another program chose it, in which case the
   *     route to the address names the link
   */
  public record Egress(Ip ip, Optional<String> hostVeth) {}
}
