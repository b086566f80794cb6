package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.cloud.EffectListener;
import io.vpccni.sim.kubernetes.Kubeconfig;
import io.vpccni.sim.scene.Scene;
import io.vpccni.sim.scene.SceneSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class SceneTest {
  @Test
  void theShippedExampleIsSetUpAsItSays() throws IOException {
    var scene = Scene.read(Files.readString(Path.of("examples/two-nodes.yaml")));
    var cloud = SceneSetup.cloud(scene);
    var setup = SceneSetup.set(scene, cloud, Instant.now());
    var state = cloud.state();
    assertThat(setup.ids()).containsKeys("main", "nodes", "pods", "node-1", "main/nodes");
    var node = String.valueOf(setup.ids().get("node-1"));
    var eni = state.primaryEniOf(node).orElseThrow();
    assertThat(eni.publicIp()).isPresent();
    assertThat(eni.groups()).containsExactly(setup.ids().get("main/nodes"));
    assertThat(state.tagsOf(node)).containsEntry("Name", "node-1");
    assertThat(state.subnets().find(String.valueOf(setup.ids().get("nodes"))).orElseThrow().ipv6())
        .isPresent();
    assertThat(cloud.lag().imdsInterfaces()).hasMillis(1500);
  }

  @Test
  void itsNodesAreKnownToKubernetes(Vertx vertx) throws IOException {
    var scene = Scene.read(Files.readString(Path.of("examples/two-nodes.yaml")));
    var cloud = SceneSetup.cloud(scene);
    var setup = SceneSetup.set(scene, cloud, Instant.now());
    var sim = RunningSim.await(VpcSim.start(vertx, cloud, EffectListener.NONE));
    setup.registerNodes(sim);
    var config = Config.fromKubeconfig(Kubeconfig.text(sim.endpoints().kubernetes()));
    try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
      var node = client.nodes().withName("node-1").get();
      assertThat(node.getStatus().getAllocatable()).containsEntry("pods", new Quantity("29"));
      assertThat(node.getSpec().getProviderID()).endsWith("/" + setup.ids().get("node-1"));
    }
    assertThat(sim.endpoints().imds())
        .containsOnlyKeys(setup.ids().get("node-1"), setup.ids().get("node-2"));
    RunningSim.await(sim.close());
  }

  /** Each message names the line to look at, and what to do where that is not obvious. */
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          vpcs: [{name: a, cidr: 10.0.0.0/16, subnetz: []}]  | line 1: vpcs[0].subnetz is unknown here; known: cidr,
          vpcs: [{name: a, cidr: ten}]                       | line 1: vpcs[0].cidr is malformed: ten
          vpcs: [{name: a}]                                  | line 1: vpcs[0].cidr is missing
          vpcs:;- name: a;  cidr: 10.0.0.0/16;  subnets: [{name: b, cidr: 11.0.0.0/24}] | line 4: b is refused: InvalidSubnet.Range
          instances:;- name: n;  type: m5.large;  subnet: nowhere | line 2: n refers to nowhere, which does not exist; nothing has been defined before it
          vpcs:;- name: a;  cidr: 10.0.0.0/16;- name: a;  cidr: 10.1.0.0/16 | line 4: a is the name of two resources: rename one
          vpcs:;- name: a;  cidr: 10.0.0.0/16;  ipv6: maybe  | line 4: vpcs[0].ipv6 is malformed: maybe
          vpcs:;- name: a;  cidr: 10.0.0.0/16;  subnets:;    name: b | line 4: vpcs[0].subnets must be a list: start each item with a dash
          vpcs:;- name: a;  cidr: [10.0.0.0/16]              | line 3: vpcs[0].cidr must be a plain value
          seed: [1                                           | not valid YAML
          a: b: c                                            | line 1, column 5: not valid YAML
          - vpcs                                             | line 1: the file must be an object with members such as vpcs
          settings:;  lag:;    describe: 5                   | line 1: settings cannot be applied: unknown setting lag.describe; known: describeMs
          settings:;  eni: {attachingMs: quick}                | line 1: settings cannot be applied: attachingMs must be a number, not quick
          seed: soon                                       | line 1: seed is malformed: soon (not an integer)
          vpcs:;- name: a;  cidr: 10.0.0.0/16;  subnets:;  - name: b;    cidr: 10.0.0.0/24;    reservations: [{cidr: 10.0.0.0/28, type: x}] | line 7: vpcs[0].subnets[0].reservations[0].type is malformed: x (neither prefix nor explicit)
          region: us-west-2;colour: red                      | line 2: colour is unknown here
          instances:;- name: n;  type: m5.large;  subnet: s;  ipv6Addresses: two | line 5: instances[0].ipv6Addresses is malformed: two
          """)
  void aMistakeIsToldWithItsLineAndPlace(String scene, String told) {
    assertThatThrownBy(
            () -> {
              var read = Scene.read(scene.replace(';', '\n'));
              SceneSetup.set(read, SceneSetup.cloud(read), Instant.now());
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(told);
  }

  @Test
  void anEmptyFileSaysWhatToStartFrom() {
    assertThatThrownBy(() -> Scene.read("# nothing\n"))
        .hasMessageContaining("the file is empty; you can start from examples/two-nodes.yaml");
  }
}
