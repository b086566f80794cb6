package io.vpccni.ipamd.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.kubernetes.KubernetesReply.EniConfigReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.PodReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.Unavailable;
import io.vpccni.ipamd.kubernetes.KubernetesReply.WriteReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadEniConfig;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadPod;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.Write;

/**
 * Asks the Kubernetes API; each question is a method. A future never fails: where the bus brought
 * no answer, the reply is {@link Unavailable}.
 */
public record KubernetesCalls(EventBus bus) {
  public Future<EniConfigReply> eniConfig() {
    return KubernetesEndpoints.ENI_CONFIG
        .ask(bus, new ReadEniConfig(), KubernetesEndpoints.DEADLINE)
        .otherwise(KubernetesCalls::unavailable);
  }

  public Future<PodReply> pod(ReadPod wanted) {
    return KubernetesEndpoints.POD
        .ask(bus, wanted, KubernetesEndpoints.DEADLINE)
        .otherwise(KubernetesCalls::unavailable);
  }

  public Future<WriteReply> write(Write change) {
    return KubernetesEndpoints.WRITE
        .ask(bus, change, KubernetesEndpoints.DEADLINE)
        .otherwise(KubernetesCalls::unavailable);
  }

  private static Unavailable unavailable(Throwable error) {
    return new Unavailable(String.valueOf(error.getMessage()));
  }
}
