package io.vpccni.ipamd.kubernetes.service;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.bus.ByReferenceCodec;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.sim.kubernetes.Kubeconfig;
import io.vpccni.sim.kubernetes.KubernetesApi;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Holds a simulated API server, an administrator's client of it, and what the agent's verticle
 * tells once it is deployed.
 */
final class KubernetesSession implements AutoCloseable {
  final BlockingQueue<KubernetesNode> nodes = new LinkedBlockingQueue<>();
  final BlockingQueue<ConditionChanged> conditions = new LinkedBlockingQueue<>();
  final KubernetesClient admin;
  private final KubernetesApi server;
  private final Vertx vertx;

  KubernetesSession(Vertx vertx) {
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

  @Override
  public void close() {
    admin.close();
    await(server.close());
  }

  void deploy() {
    deploy(server.uri().toString());
  }

  /**
   * Deploys the agent's verticle.
   *
   * @param meddling what somebody else does just before the agent's first patch arrives
   */
  void deployMeddledWith(Runnable meddling) {
    deploy(MeddlingProxy.start(vertx, server.uri(), meddling));
  }

  /** Deploys the agent's verticle, which watches the node's pods as well. */
  void deployWatchingPods() {
    deploy(server.uri().toString(), true);
  }

  /**
   * @param url of an API server, which need not be the simulated one
   */
  void deploy(String url) {
    deploy(url, false);
  }

  private void deploy(String url, boolean watchPods) {
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
                    watchPods,
                    s.eniConfigAnnotation(),
                    s.eniConfigLabel(),
                    Duration.ofSeconds(2)),
                ElapsedClock.system())));
  }

  /** Asks what the agent's other verticles ask. */
  KubernetesCalls api() {
    return new KubernetesCalls(vertx.eventBus());
  }

  /** Creates or changes the node of the agent. */
  void node(Map<String, String> labels, boolean cordoned) {
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

  KubernetesNode nextNode() throws InterruptedException {
    var node = nodes.poll(15, TimeUnit.SECONDS);
    assertThat(node).as("a change of the node").isNotNull();
    return node;
  }

  static CustomResourceDefinitionContext kind(String group, String kind, String plural) {
    return new CustomResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion("v1alpha1")
        .withKind(kind)
        .withPlural(plural)
        .withScope("Cluster")
        .build();
  }

  void custom(CustomResourceDefinitionContext kind, String name, Map<String, Object> spec) {
    var resource = new GenericKubernetesResource();
    resource.setApiVersion(kind.getGroup() + "/" + kind.getVersion());
    resource.setKind(kind.getKind());
    resource.setMetadata(new ObjectMetaBuilder().withName(name).build());
    resource.setAdditionalProperties(new HashMap<>(Map.of("spec", spec)));
    admin.genericKubernetesResources(kind).resource(resource).create();
  }
}
