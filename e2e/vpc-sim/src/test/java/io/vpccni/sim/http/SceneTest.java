package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import io.vpccni.sim.EffectListener;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.kubernetes.Kubeconfig;
import io.vpccni.sim.scene.Scene;
import io.vpccni.sim.scene.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SceneTest {
  @Test
  void theShippedExampleIsSetUpAsItSays() throws IOException {
    var scene = Scene.read(Files.readString(Path.of("examples/two-nodes.yaml")));
    var cloud = Stage.cloud(scene);
    var stage = Stage.set(scene, cloud, Instant.now());
    var state = cloud.state();
    assertThat(stage.ids()).containsKeys("main", "nodes", "pods", "node-1", "main/nodes");
    var node = String.valueOf(stage.ids().get("node-1"));
    var eni = state.primaryEniOf(node).orElseThrow();
    assertThat(eni.publicIp()).isPresent();
    assertThat(eni.groups()).containsExactly(stage.ids().get("main/nodes"));
    assertThat(state.tagsOf(node)).containsEntry("Name", "node-1");
    assertThat(state.subnets().find(String.valueOf(stage.ids().get("nodes"))).orElseThrow().ipv6())
        .isPresent();
    assertThat(cloud.lag().imdsInterfaces()).hasMillis(1500);
  }

  @Test
  void itsNodesAreKnownToKubernetes() throws IOException {
    var vertx = Vertx.vertx();
    var scene = Scene.read(Files.readString(Path.of("examples/two-nodes.yaml")));
    var cloud = Stage.cloud(scene);
    var stage = Stage.set(scene, cloud, Instant.now());
    var sim = RunningSim.await(VpcSim.start(vertx, cloud, EffectListener.NONE));
    stage.registerNodes(sim);
    var config = Config.fromKubeconfig(Kubeconfig.text(sim.endpoints().kubernetes()));
    try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
      var node = client.nodes().withName("node-1").get();
      assertThat(node.getStatus().getAllocatable()).containsEntry("pods", new Quantity("29"));
      assertThat(node.getSpec().getProviderID()).endsWith("/" + stage.ids().get("node-1"));
    }
    assertThat(sim.endpoints().imds())
        .containsOnlyKeys(stage.ids().get("node-1"), stage.ids().get("node-2"));
    RunningSim.await(sim.close());
    RunningSim.await(vertx.close());
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          vpcs: [{name: a, cidr: 10.0.0.0/16, subnetz: []}]          | vpcs[0].subnetz is unknown here
          vpcs: [{name: a, cidr: ten}]                               | vpcs[0].cidr is malformed
          vpcs: [{name: a}]                                          | vpcs[0].cidr is missing
          vpcs: [{name: a, cidr: 10.0.0.0/16, subnets: [{name: b, cidr: 11.0.0.0/24}]}] | b: InvalidSubnet.Range
          instances: [{name: n, type: m5.large, subnet: nowhere}]    | n names nowhere
          """)
  void aMistakeIsToldWithItsPlace(String scene, String told) {
    assertThatThrownBy(
            () -> {
              var read = Scene.read(scene);
              Stage.set(read, Stage.cloud(read), Instant.now());
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(told);
  }
}
