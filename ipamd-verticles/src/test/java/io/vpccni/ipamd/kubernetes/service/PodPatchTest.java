package io.vpccni.ipamd.kubernetes.service;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AddFeature;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AnnotatePodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ClearPodIp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A patch changes only what is ours, and only in the object that was read: what others write
 * between the reading and the patch stays.
 */
@ExtendWith(VertxExtension.class)
class PodPatchTest {
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

  /** Creates the pod {@code ns/web-0} and returns its uid. */
  private String create(Map<String, String> annotations) {
    return kubernetes
        .admin
        .pods()
        .inNamespace("ns")
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("web-0")
                .withNamespace("ns")
                .withAnnotations(annotations)
                .endMetadata()
                .build())
        .create()
        .getMetadata()
        .getUid();
  }

  private void annotate(String key, String value) {
    kubernetes
        .admin
        .pods()
        .inNamespace("ns")
        .withName("web-0")
        .edit(
            pod ->
                new PodBuilder(pod)
                    .editMetadata()
                    .addToAnnotations(key, value)
                    .endMetadata()
                    .build());
  }

  private void recreate() {
    kubernetes.admin.pods().inNamespace("ns").withName("web-0").withGracePeriod(0).delete();
    create(Map.of());
  }

  private Map<String, String> annotations() {
    Pod pod = kubernetes.admin.pods().inNamespace("ns").withName("web-0").get();
    return ObjectViews.copy(pod.getMetadata().getAnnotations());
  }

  private KubernetesReply annotateIp(String uid) {
    return await(kubernetes.api().write(new AnnotatePodIp("ns", "web-0", uid, "10.0.0.9")));
  }

  @Test
  void anAnnotationThatSomebodyElseWritesMeanwhileStays() {
    var uid = create(Map.of("example.com/owner", "before"));
    kubernetes.deployMeddledWith(() -> annotate("example.com/owner", "meanwhile"));
    assertThat(annotateIp(uid)).isInstanceOf(KubernetesReply.Written.class);
    assertThat(annotations())
        .containsEntry(POD_IPS, "10.0.0.9")
        .containsEntry("example.com/owner", "meanwhile");
  }

  @Test
  void aPodOfTheSameNameThatIsAnotherIsNotAnnotated() {
    create(Map.of());
    kubernetes.deploy();
    assertThat(annotateIp("the-former"))
        .isInstanceOfSatisfying(
            KubernetesReply.NotUsable.class,
            refused -> assertThat(refused.reason()).contains("pod UID mismatch"));
    assertThat(annotations()).isEmpty();
  }

  @Test
  void aStaticPodIsAnnotatedByItsMirror() {
    create(Map.of("kubernetes.io/config.mirror", "of-the-static-pod"));
    kubernetes.deploy();
    assertThat(annotateIp("of-the-static-pod")).isInstanceOf(KubernetesReply.Written.class);
    assertThat(annotations()).containsEntry(POD_IPS, "10.0.0.9");
  }

  /** A caller over gRPC does not say the uid: then the pod that was read first is the one. */
  @Test
  void aPodThatIsReplacedMeanwhileIsNotAnnotated() {
    create(Map.of());
    kubernetes.deployMeddledWith(this::recreate);
    assertThat(annotateIp("")).isInstanceOf(KubernetesReply.NotUsable.class);
    assertThat(annotations()).isEmpty();
  }

  /** The next sandbox of the same pod may be annotated while the end of this one is under way. */
  @Test
  void anAddressThatIsWrittenMeanwhileIsNotCleared() {
    create(Map.of(POD_IPS, "10.0.0.9"));
    kubernetes.deployMeddledWith(() -> annotate(POD_IPS, "10.0.0.10"));
    assertThat(await(kubernetes.api().write(new ClearPodIp("ns", "web-0", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.NotUsable.class);
    assertThat(annotations()).containsEntry(POD_IPS, "10.0.0.10");
  }

  @Test
  void aFeatureThatSomebodyElseAddsMeanwhileStays() {
    var cniNode = KubernetesSession.kind("vpcresources.k8s.aws", "CNINode", "cninodes");
    kubernetes.custom(cniNode, "node-1", Map.of("features", List.of()));
    var theirs = Map.of("name", "CustomNetworking", "value", "zone-a");
    var node = kubernetes.admin.genericKubernetesResources(cniNode).withName("node-1");
    kubernetes.deployMeddledWith(
        () ->
            node.edit(
                present -> {
                  present.setAdditionalProperty("spec", Map.of("features", List.of(theirs)));
                  return present;
                }));
    var asked = new AddFeature("SecurityGroupsForPods", "");
    assertThat(await(kubernetes.api().write(asked)))
        .as("it is asked for again")
        .isInstanceOf(KubernetesReply.Unavailable.class);
    assertThat(await(kubernetes.api().write(asked))).isInstanceOf(KubernetesReply.Written.class);
    List<Object> features = node.get().get("spec", "features");
    assertThat(features).hasSize(2).contains(theirs);
  }
}
