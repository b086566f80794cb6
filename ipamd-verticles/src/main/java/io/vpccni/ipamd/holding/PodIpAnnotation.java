package io.vpccni.ipamd.holding;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.pod.Holding;

/** With {@code ANNOTATE_POD_IP}: the pod's first address in an annotation of the pod. */
public final class PodIpAnnotation {
  private final EventBus bus;
  private final boolean wanted;

  public PodIpAnnotation(EventBus bus, AgentConfig config) {
    this.bus = bus;
    this.wanted = config.features().annotatePodIp();
  }

  /** Fails, with the API server's reason, where it is wanted and could not be written. */
  public Future<Void> set(Holding holding) {
    var pod = holding.pod();
    return write(
        holding, new KubernetesRequest.AnnotatePodIp(pod.namespace(), pod.name(), ip(holding)));
  }

  /** Fails likewise; a pod that is gone has no annotation any more. */
  public Future<Void> clear(Holding holding) {
    var pod = holding.pod();
    return write(
        holding, new KubernetesRequest.ClearPodIp(pod.namespace(), pod.name(), ip(holding)));
  }

  private static String ip(Holding holding) {
    return holding.addresses().getFirst().ip().toString();
  }

  private Future<Void> write(Holding holding, KubernetesRequest.Write change) {
    if (!wanted || !holding.pod().known()) return Future.succeededFuture();
    return new KubernetesCalls(bus)
        .write(change)
        .compose(
            reply ->
                switch (reply) {
                  case KubernetesReply.Written _ -> Future.succeededFuture();
                  case KubernetesReply.Failed failed -> Future.failedFuture(failed.reason());
                });
  }
}
