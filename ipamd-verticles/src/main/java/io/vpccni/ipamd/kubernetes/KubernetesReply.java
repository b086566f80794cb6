package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import java.util.Map;
import java.util.Set;

/** What became of a {@link KubernetesRequest}. */
public sealed interface KubernetesReply extends BusMessage {
  record Node(NodeState node) implements KubernetesReply {}

  /**
   * @param network without security groups where the ENIConfig names none: then the primary ENI's
   */
  record EniConfig(String name, CustomNetwork network) implements KubernetesReply {}

  /**
   * @param limits names of the resources that the first container has limits of
   */
  record Pod(
      String uid, Map<String, String> labels, Map<String, String> annotations, Set<String> limits)
      implements KubernetesReply {
    public Pod {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
      limits = Set.copyOf(limits);
    }
  }

  record Written() implements KubernetesReply {}

  /** The object is not there, or says something that cannot be used. */
  record NotUsable(String reason) implements KubernetesReply {}

  /** The API server did not answer or refused. Ask again later. */
  record Unavailable(String reason) implements KubernetesReply {}
}
