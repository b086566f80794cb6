package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.bus.Topic;
import io.vpccni.ipamd.kubernetes.KubernetesReply.EniConfigReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.PodReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.WriteReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadEniConfig;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadPod;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.Write;
import java.time.Duration;

/**
 * Names the bus addresses at which each {@link KubernetesRequest} is answered and news is
 * announced; those who ask do so by {@link KubernetesCalls}.
 */
public final class KubernetesEndpoints {
  public static final Endpoint<ReadEniConfig, EniConfigReply> ENI_CONFIG =
      new Endpoint<>("kubernetes.eni-config", EniConfigReply.class);
  public static final Endpoint<ReadPod, PodReply> POD =
      new Endpoint<>("kubernetes.pod", PodReply.class);
  public static final Endpoint<Write, WriteReply> WRITE =
      new Endpoint<>("kubernetes.write", WriteReply.class);

  /**
   * Announces this node after the first read, after each change, and each minute, so that whoever
   * reads more because of it (an ENIConfig) looks again.
   */
  public static final Topic<KubernetesNode> NODE = new Topic<>("kubernetes.node");

  public static final Topic<PodDemand> DEMAND = new Topic<>("kubernetes.demand");

  public static final Topic<BranchEniAnnotated> ANNOTATED = new Topic<>("kubernetes.annotated");

  /** Anyone may publish here; the Kubernetes verticle hears. */
  public static final Topic<WarningEvent> EVENTS = new Topic<>("kubernetes.events");

  /** An answer takes no longer than this. */
  public static final Duration DEADLINE = Duration.ofSeconds(10);

  private KubernetesEndpoints() {}
}
