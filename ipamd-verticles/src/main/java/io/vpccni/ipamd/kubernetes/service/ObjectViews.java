package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.kubernetes.BranchEniAnnotated;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.EniConfigReply;
import io.vpccni.ipamd.kubernetes.PodDemand;
import io.vpccni.ipamd.pod.PodRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads Kubernetes objects as our values; it talks to nobody. */
final class ObjectViews {
  private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
  private static final String EXTERNAL_ENI_CONFIG = "vpc.amazonaws.com/externalEniConfig";

  private ObjectViews() {}

  static KubernetesNode state(Node node) {
    var taints = node.getSpec() == null ? null : node.getSpec().getTaints();
    var status = node.getStatus();
    return new KubernetesNode(
        true,
        taints != null
            && taints.stream()
                .anyMatch(
                    taint ->
                        UNSCHEDULABLE.equals(taint.getKey())
                            && "NoSchedule".equals(taint.getEffect())),
        pods(status == null ? null : status.getCapacity()),
        pods(status == null ? null : status.getAllocatable()),
        copy(node.getMetadata().getLabels()),
        copy(node.getMetadata().getAnnotations()));
  }

  /** Null values are possible on the wire, and not in our maps. */
  static Map<String, String> copy(@Nullable Map<String, String> map) {
    return map == null
        ? Map.of()
        : map.entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static OptionalInt pods(@Nullable Map<String, Quantity> resources) {
    var quantity = resources == null ? null : resources.get("pods");
    return quantity == null
        ? OptionalInt.empty()
        : OptionalInt.of(quantity.getNumericalAmount().intValue());
  }

  /**
   * Returns the ENIConfig that this node chooses: the first of these that is present, even if
   * empty.
   */
  static String eniConfig(KubernetesNode node, KubernetesSettings settings) {
    return Stream.of(
            node.labels().get(EXTERNAL_ENI_CONFIG),
            node.annotations().get(settings.eniConfigAnnotation()),
            node.labels().get(settings.eniConfigLabel()))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("default");
  }

  /**
   * Returns the answer to the question which ENIConfig this node has.
   *
   * @param found what the ENIConfig of this name says; empty without one that names a subnet
   */
  static EniConfigReply reply(
      String name, Optional<CustomNetwork> found, KubernetesSettings settings) {
    return found
        .<EniConfigReply>map(network -> new KubernetesReply.EniConfig(name, network))
        .orElseGet(
            () ->
                new KubernetesReply.NotUsable(
                    "there is no ENIConfig \""
                        + name
                        + "\" with a subnet; this node's label or annotation "
                        + settings.eniConfigLabel()
                        + " chooses it"));
  }

  /** Returns the features of a CNINode with this one; an entry of the same name is replaced. */
  static List<Object> withFeature(List<Object> features, String feature, String value) {
    var wanted = Map.of("name", feature, "value", value);
    if (features.contains(wanted)) {
      return features;
    }
    return Stream.concat(
            features.stream()
                .filter(
                    entry -> !(entry instanceof Map<?, ?> map && feature.equals(map.get("name")))),
            Stream.<Object>of(wanted))
        .toList();
  }

  /** Returns the pods that wait for an address. */
  static PodDemand demand(Collection<Pod> pods) {
    return new PodDemand(
        pods.stream()
            .filter(ObjectViews::waitsForAddress)
            .map(ObjectViews::ref)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Returns what there is to tell of a pod that waits for its branch ENI and has it now. */
  static Optional<BranchEniAnnotated> annotated(Pod pod) {
    return Optional.of(pod)
        .filter(ObjectViews::waitsForAddress)
        .filter(waiting -> reply(waiting).annotations().containsKey(PodObjects.POD_ENI))
        .map(waiting -> new BranchEniAnnotated(ref(waiting)));
  }

  private static PodRef ref(Pod pod) {
    return new PodRef(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
  }

  static KubernetesReply.Pod reply(Pod pod) {
    var spec = pod.getSpec();
    var containers = spec == null ? null : spec.getContainers();
    var resources =
        containers == null || containers.isEmpty() ? null : containers.getFirst().getResources();
    var limits = resources == null ? null : resources.getLimits();
    return new KubernetesReply.Pod(
        pod.getMetadata().getUid(),
        copy(pod.getMetadata().getLabels()),
        copy(pod.getMetadata().getAnnotations()),
        limits == null ? Set.of() : limits.keySet());
  }

  private static boolean waitsForAddress(Pod pod) {
    var spec = pod.getSpec();
    var status = pod.getStatus();
    if (spec == null || pod.getMetadata().getDeletionTimestamp() != null) {
      return false;
    }
    boolean hostNetwork = Boolean.TRUE.equals(spec.getHostNetwork());
    var phase = status == null ? "" : String.valueOf(status.getPhase());
    boolean finished = phase.equals("Succeeded") || phase.equals("Failed");
    var address = status == null ? null : status.getPodIP();
    return !hostNetwork && !finished && (address == null || address.isEmpty());
  }
}
