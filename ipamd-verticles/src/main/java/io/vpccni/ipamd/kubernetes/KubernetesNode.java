package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Describes this node's Node object, as far as the agent cares.
 *
 * @param known false until the API server has been reached once: then the rest are defaults
 * @param cordoned whether it bears the taint {@code node.kubernetes.io/unschedulable:NoSchedule}
 * @param maxPods {@code status.capacity.pods}
 * @param allocatablePods {@code status.allocatable.pods}
 */
public record KubernetesNode(
    boolean known,
    boolean cordoned,
    OptionalInt maxPods,
    OptionalInt allocatablePods,
    Map<String, String> labels,
    Map<String, String> annotations)
    implements BusMessage {
  /** Counts as schedulable: an API server that is away must not stop the pool. */
  public static final KubernetesNode UNKNOWN =
      new KubernetesNode(
          false, false, OptionalInt.empty(), OptionalInt.empty(), Map.of(), Map.of());

  public KubernetesNode {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
