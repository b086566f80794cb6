package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;

/** This is what may be asked of the Kubernetes API; answered with a {@link KubernetesReply}. */
public sealed interface KubernetesRequest extends BusMessage {
  /**
   * Asks for the ENIConfig that this node's labels and annotations choose; it is read anew each
   * time.
   */
  record ReadEniConfig() implements KubernetesRequest {}

  /**
   * Asks for one pod; a later one of the same name is another.
   *
   * @param uid empty where it is not known: then the one of now will do
   */
  record ReadPod(String namespace, String name, String uid) implements KubernetesRequest {}

  /** This is a change of an object. */
  sealed interface Write extends KubernetesRequest {}

  /**
   * Sets the annotation {@code vpc.amazonaws.com/pod-ips}; a later pod of the same name is another.
   *
   * @param uid empty where it is not known
   */
  record AnnotatePodIp(String namespace, String name, String uid, String ip) implements Write {}

  /** Empties that annotation, provided that it still names {@code ip}. */
  record ClearPodIp(String namespace, String name, String ip) implements Write {}

  /** Adds a feature to this node's CNINode, or gives it another value. */
  record AddFeature(String feature, String value) implements Write {}
}
