package io.vpccni.ipamd.kubernetes.service;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AnnotatePodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ClearPodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadPod;
import io.vpccni.ipamd.pod.PodRef;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pods are read and annotated as the API server has them. */
@ExtendWith(VertxExtension.class)
class PodObjectsTest {
  private static final String POD_IPS = "vpc.amazonaws.com/pod-ips";

  private KubernetesSession kubernetes;

  @BeforeEach
  void start(Vertx vertx) {
    kubernetes = new KubernetesSession(vertx);
  }

  @AfterEach
  void stop() {
    kubernetes.close();
  }

  private KubernetesReply.Pod pod(String name, String uid) {
    return (KubernetesReply.Pod) await(kubernetes.api().pod(new ReadPod("ns", name, uid)));
  }

  @Test
  void aPodsAddressIsAnnotatedAndCleared() {
    kubernetes
        .admin
        .pods()
        .inNamespace("ns")
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("ns")
                .endMetadata()
                .build())
        .create();
    kubernetes.deploy();
    var api = kubernetes.api();
    assertThat(await(api.write(new AnnotatePodIp("ns", "p", "", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.Written.class);
    assertThat(pod("p", "").annotations()).containsEntry(POD_IPS, "10.0.0.9");
    assertThat(await(api.write(new ClearPodIp("ns", "p", "10.0.0.7"))))
        .as("another pod's address")
        .isInstanceOf(KubernetesReply.NotUsable.class);
    assertThat(await(api.write(new ClearPodIp("ns", "p", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.Written.class);
    assertThat(pod("p", "").annotations()).containsEntry(POD_IPS, "");
    assertThat(await(api.write(new AnnotatePodIp("ns", "gone", "", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.NotUsable.class);
    assertThat(await(api.write(new ClearPodIp("ns", "gone", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.Written.class);
  }

  @Test
  void aPodOfThisNodeThatGetsItsBranchEniIsTold(Vertx vertx) throws InterruptedException {
    var told = new LinkedBlockingQueue<PodRef>();
    await(KubernetesEndpoints.ANNOTATED.hear(vertx.eventBus(), one -> told.add(one.pod())));
    kubernetes.deployWatchingPods();
    branchPod("before", "node-1", Map.of());
    branchPod("elsewhere", "node-2", Map.of("vpc.amazonaws.com/pod-eni", "[]"));
    branchPod("web", "node-1", Map.of("vpc.amazonaws.com/pod-eni", "[]"));
    assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(new PodRef("ns", "web"));
    assertThat(told).isEmpty();
  }

  private void branchPod(String name, String node, Map<String, String> annotations) {
    kubernetes
        .admin
        .pods()
        .inNamespace("ns")
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("ns")
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .build())
        .create();
  }

  @Test
  void aPodIsReadWithItsLimitsAndIsNotTakenForOneOfTheSameName() {
    var created =
        kubernetes
            .admin
            .pods()
            .inNamespace("ns")
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName("sgp")
                    .withNamespace("ns")
                    .addToAnnotations("kubernetes.io/config.mirror", "of-the-static-pod")
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withNewResources()
                    .addToLimits("vpc.amazonaws.com/pod-eni", new Quantity("1"))
                    .endResources()
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    kubernetes.deploy();
    assertThat(pod("sgp", created.getMetadata().getUid()).limits())
        .containsExactly("vpc.amazonaws.com/pod-eni");
    assertThat(await(kubernetes.api().pod(new ReadPod("ns", "sgp", "of-the-static-pod"))))
        .as("a static pod is known by its mirror")
        .isInstanceOf(KubernetesReply.Pod.class);
    assertThat(await(kubernetes.api().pod(new ReadPod("ns", "sgp", "another"))))
        .isInstanceOfSatisfying(
            KubernetesReply.NotUsable.class,
            refused -> assertThat(refused.reason()).contains("pod UID mismatch"));
  }
}
