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
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AnnotatePodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ClearPodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadPod;
import io.vpccni.ipamd.kubernetes.PodDemand;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads pods: those of this node as they are watched, any one as the API server has it. It blocks.
 */
final class PodObjects {
  /**
   * The API server answers so if the object has changed, is another by now, or is gone. A uid that
   * differs can be a conflict or, as for each change of a field that never changes, invalid (422).
   */
  private static final Set<Integer> CHANGED = Set.of(404, 409, 422);

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

  private static String mismatch(
      String namespace, String name, KubernetesReply.Pod pod, String uid) {
    return "pod UID mismatch: %s/%s is %s, not %s".formatted(namespace, name, pod.uid(), uid);
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
        new Changes<Pod>(_ -> demand.accept(ObjectViews.demand(informer.getStore().list()))));
    informer.addEventHandler(
        new Changes<Pod>(changed -> changed.flatMap(ObjectViews::annotated).ifPresent(annotated)));
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
        .or(() -> read(wanted.namespace(), wanted.name()).map(ObjectViews::reply))
        .<PodReply>map(
            pod ->
                wanted.uid().isEmpty() || is(pod, wanted.uid())
                    ? pod
                    : new KubernetesReply.NotUsable(
                        mismatch(wanted.namespace(), wanted.name(), pod, wanted.uid())))
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
        .map(ObjectViews::reply)
        .filter(pod -> is(pod, wanted.uid()))
        .filter(
            pod ->
                pod.annotations().containsKey(POD_ENI)
                    || pod.limits().stream().noneMatch(limit -> limit.startsWith(POD_ENI)));
  }

  /**
   * Sets the annotation, unless it says so already.
   *
   * @throws IllegalArgumentException if there is no such pod, or only another one of its name
   */
  void annotateIp(AnnotatePodIp asked) {
    patchPodIps(
        asked.namespace(),
        asked.name(),
        found -> {
          var pod =
              found.orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "no such pod: " + asked.namespace() + "/" + asked.name()));
          if (!asked.uid().isEmpty() && !is(pod, asked.uid())) {
            throw new IllegalArgumentException(
                mismatch(asked.namespace(), asked.name(), pod, asked.uid()));
          }
          return asked.ip().equals(pod.annotations().get(POD_IPS))
              ? Optional.empty()
              : Optional.of(asked.ip());
        });
  }

  /**
   * Empties the annotation of a pod, if the pod still exists.
   *
   * @throws IllegalArgumentException if it names another address
   */
  void clearIp(ClearPodIp asked) {
    patchPodIps(
        asked.namespace(),
        asked.name(),
        found -> {
          var present = found.map(pod -> pod.annotations().getOrDefault(POD_IPS, "")).orElse("");
          if (present.isEmpty()) return Optional.empty();
          if (!present.equals(asked.ip())) {
            throw new IllegalArgumentException(
                "%s of %s/%s is %s, not %s"
                    .formatted(POD_IPS, asked.namespace(), asked.name(), present, asked.ip()));
          }
          return Optional.of("");
        });
  }

  private interface Edit {
    /** Returns the new value; an empty one leaves the present one. */
    Optional<String> of(Optional<KubernetesReply.Pod> pod);
  }

  /**
   * Changes one annotation of a pod and nothing else. The patch names the version and the uid that
   * were read, so that what somebody else wrote meanwhile is read before it is decided anew, and a
   * pod that was created meanwhile under the same name is left alone.
   */
  private void patchPodIps(String namespace, String name, Edit edit) {
    var first = read(namespace, name);
    var pod = first;
    for (int attempt = 1; ; attempt++) {
      var value = edit.of(pod.map(ObjectViews::reply));
      if (value.isEmpty() || pod.isEmpty()) return;
      try {
        patch(pod.get(), value.get());
        return;
      } catch (KubernetesClientException refused) {
        boolean changed = CHANGED.contains(refused.getCode());
        if (!changed || attempt >= PATCH_TRIES) throw refused;
      }
      pod = read(namespace, name).filter(now -> uid(now).equals(uid(first.orElseThrow())));
    }
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  private void patch(Pod pod, String value) {
    var read = pod.getMetadata();
    var patch =
        Map.of(
            "metadata",
            Map.of(
                "uid",
                uid(pod),
                "resourceVersion",
                read.getResourceVersion(),
                "annotations",
                Map.of(POD_IPS, value)));
    client
        .pods()
        .inNamespace(read.getNamespace())
        .withName(read.getName())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client.getKubernetesSerialization().asJson(patch));
  }
}
