package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vpccni.ipamd.kubernetes.BranchEniAnnotated;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.PodReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadPod;
import io.vpccni.ipamd.kubernetes.PodDemand;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads pods: those of this node as they are watched, any one as the API server has it. It blocks.
 */
final class PodObjects {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int PATCH_TRIES = 4;
  private static final String POD_IPS = "vpc.amazonaws.com/pod-ips";

  /** This is both the resource that a pod asks for and the annotation that answers. */
  static final String POD_ENI = "vpc.amazonaws.com/pod-eni";

  private static final String MIRRORED = "kubernetes.io/config.mirror";

  private final KubernetesClient client;
  private @Nullable SharedIndexInformer<Pod> ofThisNode;

  PodObjects(KubernetesClient client) {
    this.client = client;
  }

  /** A static pod is known to the API server by a mirror of its own uid. */
  private static boolean is(KubernetesReply.Pod pod, String uid) {
    return uid.equals(pod.uid()) || uid.equals(pod.annotations().get(MIRRORED));
  }

  /** Watches the pods that are bound to a node; the consumers are called on other threads. */
  void watch(
      String node,
      Consumer<PodDemand> demand,
      Consumer<BranchEniAnnotated> annotated,
      Consumer<Throwable> problem) {
    var informer =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", node)
            .runnableInformer(0)
            .exceptionHandler(
                (_, error) -> {
                  problem.accept(error);
                  return true;
                });
    informer.addEventHandler(
        new Changes<Pod>(_ -> demand.accept(Nodes.demand(informer.getStore().list()))));
    informer.addEventHandler(
        new Changes<Pod>(changed -> changed.flatMap(Nodes::annotated).ifPresent(annotated)));
    ofThisNode = informer;
    informer.start();
  }

  /** Tells whether the pods are being watched. */
  boolean isWatching() {
    return ofThisNode != null && ofThisNode.hasSynced() && ofThisNode.isWatching();
  }

  Optional<Pod> read(String namespace, String name) {
    return Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get());
  }

  /**
   * Answers from the watch where that suffices: it costs no request, and goes on without the API
   * server.
   */
  PodReply reply(ReadPod wanted) {
    return heard(wanted)
        .or(() -> read(wanted.namespace(), wanted.name()).map(Nodes::reply))
        .<PodReply>map(
            pod ->
                wanted.uid().isEmpty() || is(pod, wanted.uid())
                    ? pod
                    : new KubernetesReply.NotUsable(
                        "pod UID mismatch: %s/%s is %s, not %s"
                            .formatted(wanted.namespace(), wanted.name(), pod.uid(), wanted.uid())))
        .orElseGet(
            () ->
                new KubernetesReply.NotUsable(
                    "there is no pod " + wanted.namespace() + "/" + wanted.name()));
  }

  /**
   * What was heard counts if it is surely of the same pod and can only be what it is now: a limit
   * never changes, an annotation of the controller is written once.
   */
  private Optional<KubernetesReply.Pod> heard(ReadPod wanted) {
    if (ofThisNode == null || wanted.uid().isEmpty()) return Optional.empty();
    var key = wanted.namespace() + "/" + wanted.name();
    return Optional.ofNullable(ofThisNode.getStore().getByKey(key))
        .map(Nodes::reply)
        .filter(pod -> is(pod, wanted.uid()))
        .filter(
            pod ->
                pod.annotations().containsKey(POD_ENI)
                    || pod.limits().stream().noneMatch(limit -> limit.startsWith(POD_ENI)));
  }

  /** Sets the annotation, unless it says so already. */
  void annotateIp(String namespace, String name, String ip) {
    patchingPod(
        namespace,
        name,
        present -> ip.equals(present) ? Optional.empty() : Optional.of(ip),
        "no such pod");
  }

  /** Empties the annotation of a pod, if the pod still exists. */
  void clearIp(String namespace, String name, String ip) {
    if (read(namespace, name).isEmpty()) {
      return;
    }
    patchingPod(
        namespace,
        name,
        present -> {
          if (present == null || present.isEmpty()) {
            return Optional.empty();
          }
          if (!present.equals(ip)) {
            throw new IllegalArgumentException(
                POD_IPS + " of " + namespace + "/" + name + " is " + present + ", not " + ip);
          }
          return Optional.of("");
        },
        "");
  }

  private interface Edit {
    /** Returns the new value; an empty one leaves the present one. */
    Optional<String> of(@Nullable String present);
  }

  private void patchingPod(String namespace, String name, Edit edit, String missing) {
    for (int attempt = 1; ; attempt++) {
      var pod = read(namespace, name);
      if (pod.isEmpty()) {
        if (missing.isEmpty()) {
          return;
        }
        throw new IllegalArgumentException(missing + ": " + namespace + "/" + name);
      }
      var annotations = pod.get().getMetadata().getAnnotations();
      var value = edit.of(annotations == null ? null : annotations.get(POD_IPS));
      if (value.isEmpty()) {
        return;
      }
      try {
        var patch = Map.of("metadata", Map.of("annotations", Map.of(POD_IPS, value.get())));
        client
            .pods()
            .inNamespace(namespace)
            .withName(name)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                client.getKubernetesSerialization().asJson(patch));
        return;
      } catch (KubernetesClientException refused) {
        if (refused.getCode() == NOT_FOUND && missing.isEmpty()) {
          return;
        }
        if (refused.getCode() != CONFLICT || attempt >= PATCH_TRIES) {
          throw refused;
        }
      }
    }
  }
}
