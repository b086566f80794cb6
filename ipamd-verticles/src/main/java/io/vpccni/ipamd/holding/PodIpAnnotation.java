package io.vpccni.ipamd.holding;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.pod.Holding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the pod's first address into an annotation of the pod if {@code ANNOTATE_POD_IP} is set.
 */
public final class PodIpAnnotation {
  private static final Logger log = LoggerFactory.getLogger(PodIpAnnotation.class);

  private final EventBus bus;
  private final boolean wanted;

  public PodIpAnnotation(EventBus bus, AgentConfig config) {
    this.bus = bus;
    this.wanted = config.features().annotatePodIp();
  }

  /**
   * Writes the annotation; fails with the API server's reason where that was not possible.
   *
   * @param uid of the pod; empty where the caller does not know it
   */
  public Future<Void> set(Holding holding, String uid) {
    if (!wanted || !holding.pod().known()) return Future.succeededFuture();
    var pod = holding.pod();
    var change = new KubernetesRequest.AnnotatePodIp(pod.namespace(), pod.name(), uid, ip(holding));
    return new Holdings(bus)
        .all()
        .compose(
            holdings ->
                holdings.stream().anyMatch(other -> isEarlierInterface(other, holding))
                    ? Future.succeededFuture()
                    : write(holding, change));
  }

  /** The annotation has room for one address of a pod: that of its first interface. */
  private static boolean isEarlierInterface(Holding other, Holding holding) {
    return other.pod().equals(holding.pod())
        && other.attachment().containerId().equals(holding.attachment().containerId())
        && !other.attachment().equals(holding.attachment())
        && !other.assignedAt().isAfter(holding.assignedAt());
  }

  /** Empties the annotation, and fails likewise; a pod that is gone has no annotation any more. */
  public Future<Void> clear(Holding holding) {
    var pod = holding.pod();
    return write(
        holding, new KubernetesRequest.ClearPodIp(pod.namespace(), pod.name(), ip(holding)));
  }

  /** Clears it for a pod that is about to go, and its annotation with it; never fails. */
  public Future<Void> clearIfPossible(Holding holding) {
    return clear(holding)
        .onFailure(
            error ->
                log.atWarn()
                    .addKeyValue(LogKeys.POD, holding.pod())
                    .addKeyValue(LogKeys.WHY, error.getMessage())
                    .log("The pod's address annotation was not cleared"))
        .otherwiseEmpty();
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
