package io.vpccni.sim.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.Instance;
import io.vpccni.sim.ec2.InstanceType;
import java.util.Map;

/** Makes Node objects as a kubelet on an instance registers them. */
public final class Nodes {
  private Nodes() {}

  /** The collection of nodes has this path. */
  public static final String COLLECTION = "/api/v1/nodes";

  /**
   * @param name is that of the node; kubelets on EC2 use the instance's private DNS name
   */
  public static Node of(String name, Instance instance, InstanceType type, CloudState state) {
    var ip = state.primaryEniOf(instance.id()).flatMap(Eni::primary).map(Ip::toString).orElse("");
    var pods = new Quantity(String.valueOf(maxPods(type)));
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(
            Map.of(
                "kubernetes.io/hostname", name,
                "kubernetes.io/os", "linux",
                "node.kubernetes.io/instance-type", instance.type(),
                "topology.kubernetes.io/region", state.region(),
                "topology.kubernetes.io/zone", instance.zone()))
        .endMetadata()
        .withNewSpec()
        .withProviderID("aws:///" + instance.zone() + "/" + instance.id())
        .endSpec()
        .withNewStatus()
        .withCapacity(Map.of("pods", pods))
        .withAllocatable(Map.of("pods", pods))
        .addNewAddress(ip, "InternalIP")
        .addNewAddress(name, "Hostname")
        .endStatus()
        .build();
  }

  /**
   * Returns the number of pods that EKS allows: one for each secondary address of all ENIs, and two
   * with the host's network.
   */
  static int maxPods(InstanceType type) {
    return type.cards().getFirst() * (type.ipv4PerEni() - 1) + 2;
  }
}
