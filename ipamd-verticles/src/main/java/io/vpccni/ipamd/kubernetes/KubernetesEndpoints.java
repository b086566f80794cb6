package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.bus.Topic;
import java.time.Duration;

/** Where {@link KubernetesRequest} is answered, and what is announced unasked. */
public final class KubernetesEndpoints {
  public static final Endpoint<KubernetesRequest, KubernetesReply> KUBERNETES =
      new Endpoint<>("kubernetes", KubernetesReply.class);

  /**
   * After the first read and after each change; and each minute, so that who reads more because of
   * it (an ENIConfig) looks again.
   */
  public static final Topic<NodeState> NODE = new Topic<>("kubernetes.node");

  public static final Topic<PodDemand> DEMAND = new Topic<>("kubernetes.demand");

  /** Anyone may publish here; the Kubernetes verticle hears. */
  public static final Topic<EventWanted> EVENTS = new Topic<>("kubernetes.events");

  /** The longest that an answer takes. */
  public static final Duration DEADLINE = Duration.ofSeconds(10);

  private KubernetesEndpoints() {}
}
