package io.vpccni.ipamd.kubernetes.service;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AddFeature;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadPod;
import io.vpccni.ipamd.kubernetes.WarningEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class KubernetesVerticleTest {
  private static final CustomResourceDefinitionContext ENI_CONFIGS =
      KubernetesSession.kind("crd.k8s.amazonaws.com", "ENIConfig", "eniconfigs");
  private static final CustomResourceDefinitionContext CNI_NODES =
      KubernetesSession.kind("vpcresources.k8s.aws", "CNINode", "cninodes");

  private KubernetesSession kubernetes;

  @BeforeEach
  void start(Vertx vertx) {
    kubernetes = new KubernetesSession(vertx);
  }

  @AfterEach
  void stop() {
    kubernetes.close();
  }

  @Test
  void theNodeIsWatched() throws InterruptedException {
    kubernetes.deploy();
    assertThat(kubernetes.nodes).as("nothing is published that is not known").isEmpty();
    kubernetes.node(Map.of("zone", "a"), false);
    assertThat(kubernetes.nextNode().labels()).containsEntry("zone", "a");
    kubernetes.node(Map.of("zone", "a"), true);
    assertThat(kubernetes.nextNode().cordoned()).isTrue();
  }

  @Test
  void theNodesEniConfigIsRead() throws InterruptedException {
    kubernetes.node(Map.of(KubernetesSettings.ENI_CONFIG_KEY, "zone-a"), false);
    kubernetes.deploy();
    kubernetes.nextNode();
    assertThat(await(kubernetes.api().eniConfig())).isInstanceOf(KubernetesReply.NotUsable.class);
    kubernetes.custom(
        ENI_CONFIGS, "zone-a", Map.of("subnet", "subnet-9", "securityGroups", List.of("sg-1")));
    assertThat(await(kubernetes.api().eniConfig()))
        .isEqualTo(
            new KubernetesReply.EniConfig(
                "zone-a", new CustomNetwork(new SubnetId("subnet-9"), List.of("sg-1"))));
  }

  @Test
  void aFeatureIsAddedToTheCniNodeOnce() {
    kubernetes.custom(CNI_NODES, "node-1", Map.of());
    kubernetes.deploy();
    for (int i = 0; i < 2; i++) {
      assertThat(await(kubernetes.api().write(new AddFeature("SecurityGroupsForPods", ""))))
          .isInstanceOf(KubernetesReply.Written.class);
    }
    List<Object> features =
        kubernetes
            .admin
            .genericKubernetesResources(CNI_NODES)
            .withName("node-1")
            .get()
            .get("spec", "features");
    assertThat(features).containsExactly(Map.of("name", "SecurityGroupsForPods", "value", ""));
  }

  @Test
  void anEventIsSentOncePerHour(Vertx vertx) {
    kubernetes.deploy();
    var event = new WarningEvent("MissingIAMPermissions", "ec2:CreateTags", "Allow it");
    KubernetesEndpoints.EVENTS.publish(vertx.eventBus(), event);
    KubernetesEndpoints.EVENTS.publish(vertx.eventBus(), event);
    var events = kubernetes.admin.events().v1().events().inNamespace("kube-system");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (events.list().getItems().isEmpty() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    // A third one, and a request behind it: had they been sent, they would be there by now.
    KubernetesEndpoints.EVENTS.publish(vertx.eventBus(), event);
    await(kubernetes.api().pod(new ReadPod("ns", "p", "")));
    assertThat(events.list().getItems())
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent.getReason()).isEqualTo("MissingIAMPermissions");
              assertThat(sent.getAction()).isEqualTo("ec2:CreateTags");
              assertThat(sent.getType()).isEqualTo("Warning");
              assertThat(sent.getReportingController()).isEqualTo("aws-node");
              assertThat(sent.getRegarding().getName()).isEqualTo("aws-node-x");
            });
  }

  @Test
  void withoutAnApiServerEverythingElseGoesOn() throws InterruptedException {
    kubernetes.deploy("http://127.0.0.1:9");
    assertThat(await(kubernetes.api().pod(new ReadPod("ns", "p", ""))))
        .isInstanceOf(KubernetesReply.Unavailable.class);
    var raised = kubernetes.conditions.poll(30, TimeUnit.SECONDS);
    assertThat(raised).isNotNull();
    assertThat(raised.name()).isEqualTo("ApiServerUnreachable");
    assertThat(kubernetes.nodes).isEmpty();
  }
}
