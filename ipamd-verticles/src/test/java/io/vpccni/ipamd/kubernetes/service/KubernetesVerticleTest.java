package io.vpccni.ipamd.kubernetes.service;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.bus.ByReferenceCodec;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.kubernetes.EventWanted;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AddFeature;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AnnotatePodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ClearPodIp;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.ReadPod;
import io.vpccni.ipamd.kubernetes.NodeState;
import io.vpccni.sim.kubernetes.Kubeconfig;
import io.vpccni.sim.kubernetes.KubernetesApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class KubernetesVerticleTest {
  private static final String POD_IPS = "vpc.amazonaws.com/pod-ips";
  private static final CustomResourceDefinitionContext ENI_CONFIGS =
      context("crd.k8s.amazonaws.com", "ENIConfig", "eniconfigs");
  private static final CustomResourceDefinitionContext CNI_NODES =
      context("vpcresources.k8s.aws", "CNINode", "cninodes");

  private final BlockingQueue<NodeState> nodes = new LinkedBlockingQueue<>();
  private final BlockingQueue<ConditionChanged> conditions = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private KubernetesApi server;
  private KubernetesClient admin;

  private static CustomResourceDefinitionContext context(String group, String kind, String plural) {
    return new CustomResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion("v1alpha1")
        .withKind(kind)
        .withPlural(plural)
        .withScope("Cluster")
        .build();
  }

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    server = await(KubernetesApi.start(vertx, InstantSource.system()));
    admin =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Kubeconfig.text(server.uri())))
            .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
            .build();
    ByReferenceCodec.register(vertx);
    await(KubernetesEndpoints.NODE.hear(vertx.eventBus(), nodes::add));
    await(ConditionChanged.TOPIC.hear(vertx.eventBus(), conditions::add));
  }

  @AfterEach
  void stop() {
    admin.close();
    await(server.close());
  }

  private void deploy(String url) {
    var s = KubernetesSettings.of("node-1", "aws-node-x");
    await(
        vertx.deployVerticle(
            new KubernetesVerticle(
                new KubernetesSettings(
                    true,
                    s.nodeName(),
                    s.podName(),
                    s.podNamespace(),
                    Optional.of(url),
                    "test",
                    false,
                    s.eniConfigAnnotation(),
                    s.eniConfigLabel(),
                    Duration.ofSeconds(2)),
                InstantSource.system())));
  }

  /** The kubelet's token file is not like that, but an operator's often is. */
  @Test
  void aTokenFileThatEndsWithANewlineIsAsGoodAsAnyOther(@TempDir Path folder) throws Exception {
    var file = folder.resolve("token");
    Files.writeString(file, "s3cr3t-s3cr3t\n");
    System.setProperty(
        Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY, file.toString());
    try {
      node(Map.of("zone", "a"), false);
      deploy(server.uri().toString());
      assertThat(nodes.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(conditions).noneMatch(condition -> condition.raised());
    } finally {
      System.clearProperty(Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY);
    }
  }

  @Test
  void theTokenIsReadAgainEachMinute() {
    var tokens = new ArrayDeque<>(List.of(" one\n", "two\r\n", "three"));
    var seconds = new AtomicLong(-5);
    var token =
        new StrippedToken(
            () -> {
              var config = Config.empty();
              config.setAutoOAuthToken(tokens.remove());
              return config;
            },
            () -> TimeUnit.SECONDS.toNanos(seconds.get()));
    assertThat(token.getToken()).isEqualTo("one");
    seconds.set(50);
    assertThat(token.getToken()).isEqualTo("one");
    seconds.set(60);
    assertThat(token.getToken()).isEqualTo("two");
  }

  private void node(Map<String, String> labels, boolean cordoned) {
    var spec =
        new NodeBuilder()
            .withNewMetadata()
            .withName("node-1")
            .withLabels(labels)
            .endMetadata()
            .withNewSpec();
    if (cordoned) {
      spec.addNewTaint()
          .withKey("node.kubernetes.io/unschedulable")
          .withEffect("NoSchedule")
          .endTaint();
    }
    admin.nodes().resource(spec.endSpec().build()).createOr(present -> present.update());
  }

  private KubernetesCalls api() {
    return new KubernetesCalls(vertx.eventBus());
  }

  private NodeState nextNode() throws Exception {
    var node = nodes.poll(15, TimeUnit.SECONDS);
    assertThat(node).as("a change of the node").isNotNull();
    return node;
  }

  @Test
  void theNodeIsWatched() throws Exception {
    deploy(server.uri().toString());
    assertThat(nodes).as("nothing is published that is not known").isEmpty();
    node(Map.of("zone", "a"), false);
    assertThat(nextNode().labels()).containsEntry("zone", "a");
    node(Map.of("zone", "a"), true);
    assertThat(nextNode().cordoned()).isTrue();
  }

  @Test
  void theNodesEniConfigIsRead() throws Exception {
    node(Map.of(KubernetesSettings.ENI_CONFIG_KEY, "zone-a"), false);
    deploy(server.uri().toString());
    nextNode();
    assertThat(await(api().eniConfig())).isInstanceOf(KubernetesReply.NotUsable.class);
    custom(
        "crd.k8s.amazonaws.com/v1alpha1",
        "ENIConfig",
        "zone-a",
        ENI_CONFIGS,
        Map.of("subnet", "subnet-9", "securityGroups", List.of("sg-1")));
    assertThat(await(api().eniConfig()))
        .isEqualTo(
            new KubernetesReply.EniConfig(
                "zone-a", new CustomNetwork(new SubnetId("subnet-9"), List.of("sg-1"))));
  }

  private void custom(
      String version,
      String kind,
      String name,
      CustomResourceDefinitionContext context,
      Map<String, Object> spec) {
    var resource = new GenericKubernetesResource();
    resource.setApiVersion(version);
    resource.setKind(kind);
    resource.setMetadata(new ObjectMetaBuilder().withName(name).build());
    resource.setAdditionalProperties(new HashMap<>(Map.of("spec", spec)));
    admin.genericKubernetesResources(context).resource(resource).create();
  }

  @Test
  void aPodsAddressIsAnnotatedAndCleared() throws Exception {
    admin
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
    deploy(server.uri().toString());
    assertThat(await(api().write(new AnnotatePodIp("ns", "p", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.Written.class);
    assertThat(((KubernetesReply.Pod) await(api().pod(new ReadPod("ns", "p", "")))).annotations())
        .containsEntry(POD_IPS, "10.0.0.9");
    assertThat(await(api().write(new ClearPodIp("ns", "p", "10.0.0.7"))))
        .as("another pod's address")
        .isInstanceOf(KubernetesReply.NotUsable.class);
    assertThat(await(api().write(new ClearPodIp("ns", "p", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.Written.class);
    assertThat(((KubernetesReply.Pod) await(api().pod(new ReadPod("ns", "p", "")))).annotations())
        .containsEntry(POD_IPS, "");
    assertThat(await(api().write(new AnnotatePodIp("ns", "gone", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.NotUsable.class);
    assertThat(await(api().write(new ClearPodIp("ns", "gone", "10.0.0.9"))))
        .isInstanceOf(KubernetesReply.Written.class);
  }

  @Test
  void aPodIsReadWithItsLimitsAndIsNotTakenForOneOfTheSameName() throws Exception {
    var created =
        admin
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
    deploy(server.uri().toString());
    var uid = created.getMetadata().getUid();
    assertThat(((KubernetesReply.Pod) await(api().pod(new ReadPod("ns", "sgp", uid)))).limits())
        .containsExactly("vpc.amazonaws.com/pod-eni");
    assertThat(await(api().pod(new ReadPod("ns", "sgp", "of-the-static-pod"))))
        .as("a static pod is known by its mirror")
        .isInstanceOf(KubernetesReply.Pod.class);
    assertThat(
            ((KubernetesReply.NotUsable) await(api().pod(new ReadPod("ns", "sgp", "another"))))
                .reason())
        .contains("pod UID mismatch");
  }

  @Test
  void aFeatureIsAddedToTheCniNodeOnce() throws Exception {
    custom("vpcresources.k8s.aws/v1alpha1", "CNINode", "node-1", CNI_NODES, Map.of());
    deploy(server.uri().toString());
    for (int i = 0; i < 2; i++) {
      assertThat(await(api().write(new AddFeature("SecurityGroupsForPods", ""))))
          .isInstanceOf(KubernetesReply.Written.class);
    }
    List<Object> features =
        admin
            .genericKubernetesResources(CNI_NODES)
            .withName("node-1")
            .get()
            .get("spec", "features");
    assertThat(features).containsExactly(Map.of("name", "SecurityGroupsForPods", "value", ""));
  }

  @Test
  void anEventIsSentOncePerHour() throws Exception {
    deploy(server.uri().toString());
    var event = new EventWanted("MissingIAMPermissions", "ec2:CreateTags", "Allow it");
    KubernetesEndpoints.EVENTS.publish(vertx.eventBus(), event);
    KubernetesEndpoints.EVENTS.publish(vertx.eventBus(), event);
    var events = admin.events().v1().events().inNamespace("kube-system");
    var deadline = Instant.now().plusSeconds(10);
    while (events.list().getItems().isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.onSpinWait();
    }
    // A third one, and a request behind it: had they been sent, they would be there by now.
    KubernetesEndpoints.EVENTS.publish(vertx.eventBus(), event);
    await(api().pod(new ReadPod("ns", "p", "")));
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
  void withoutAnApiServerEverythingElseGoesOn() throws Exception {
    deploy("http://127.0.0.1:9");
    assertThat(await(api().pod(new ReadPod("ns", "p", ""))))
        .isInstanceOf(KubernetesReply.Unavailable.class);
    var raised = conditions.poll(30, TimeUnit.SECONDS);
    assertThat(raised).isNotNull();
    assertThat(raised.name()).isEqualTo("ApiServerUnreachable");
    assertThat(nodes).isEmpty();
  }
}
