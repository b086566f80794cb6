package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import java.util.Map;
import java.util.Set;

/**
 * This is what became of a {@link KubernetesRequest}. Each question has a reply type of its own,
 * which is its success or a {@link Failed}.
 */
public sealed interface KubernetesReply extends BusMessage {
  /** This is the reply to {@link KubernetesRequest.ReadEniConfig}. */
  sealed interface EniConfigReply extends KubernetesReply {}

  /** This is the reply to {@link KubernetesRequest.ReadPod}. */
  sealed interface PodReply extends KubernetesReply {}

  /** Each request that changes an object has one of these replies. */
  sealed interface WriteReply extends KubernetesReply {}

  /** Every question can fail in this way. */
  sealed interface Failed extends EniConfigReply, PodReply, WriteReply {
    /** Returns the reason, for people. */
    String reason();
  }

  /**
   * Describes the ENIConfig of this node.
   *
   * @param network without security groups where the ENIConfig names none: then the primary ENI's
   */
  record EniConfig(String name, CustomNetwork network) implements EniConfigReply {}

  /**
   * Describes a pod, as far as the agent cares.
   *
   * @param limits names of the resources that the first container has limits of
   */
  record Pod(
      String uid, Map<String, String> labels, Map<String, String> annotations, Set<String> limits)
      implements PodReply {
    public Pod {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
      limits = Set.copyOf(limits);
    }
  }

  /** The object says now what was asked for. */
  record Written() implements WriteReply {}

  /** The object is not there, or says something that cannot be used. */
  record NotUsable(String reason) implements Failed {}

  /** The API server did not answer or refused; the caller may ask again later. */
  record Unavailable(String reason) implements Failed {}
}
