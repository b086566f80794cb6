package io.vpccni.sim.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs the usual kubectl commands against the simulated API. */
@ExtendWith(VertxExtension.class)
class KubectlIT {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: default, labels: {app: web}}
      spec:
        nodeName: node-1
        containers:
        - {name: main, image: one, ports: [{containerPort: 80}]}
        - {name: side, image: two}
      ---
      apiVersion: crd.k8s.amazonaws.com/v1alpha1
      kind: ENIConfig
      metadata: {name: us-west-2a}
      spec: {subnet: subnet-0a}
      """;

  private final KubernetesApi api;
  @TempDir private Path folder;

  KubectlIT(Vertx vertx) {
    api = KubernetesApi.start(vertx, InstantSource.system()).await();
  }

  @BeforeEach
  void aNode() throws Exception {
    api.create(
        Nodes.COLLECTION,
        new NodeBuilder().withNewMetadata().withName("node-1").endMetadata().build());
    Files.writeString(folder.resolve("kubeconfig"), Kubeconfig.text(api.uri()));
  }

  @AfterEach
  void close() {
    api.close().await();
  }

  private Process start(List<String> arguments) throws Exception {
    var command = new ArrayList<>(List.of("kubectl"));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
    // The cache of what discovery told belongs to this server alone.
    builder.environment().put("HOME", folder.toString());
    return builder.start();
  }

  /** Runs kubectl and returns its standard output and error. */
  private String kubectl(int exit, String... arguments) throws Exception {
    var process = start(List.of(arguments));
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(text).isEqualTo(exit);
    return text;
  }

  private String kubectl(String... arguments) throws Exception {
    return kubectl(0, arguments);
  }

  private String apply(String yaml) throws Exception {
    var file = folder.resolve("objects.yaml");
    Files.writeString(file, yaml);
    return kubectl("apply", "-f", file.toString());
  }

  @Test
  void versionAndHealthAreTold() throws Exception {
    assertThat(kubectl("version")).contains("v1.34.0-vpcsim");
    assertThat(kubectl("get", "--raw", "/readyz")).isEqualTo("ok");
    assertThat(kubectl("api-resources"))
        .contains("nodes", "eniconfigs", "cninodes", "policyendpoints", "crd.k8s.amazonaws.com");
  }

  @Test
  void objectsAreFoundAndDescribed() throws Exception {
    apply(POD);
    assertThat(kubectl("get", "nodes"))
        .matches("(?s)NAME +STATUS +ROLES +AGE +VERSION.*node-1 +Unknown +<none> +\\d+s.*");
    assertThat(kubectl("get", "pods", "-o", "wide"))
        .matches("(?s)NAME +READY +STATUS +AGE +IP +NODE.*web +0/2 +Pending .*node-1");
    assertThat(kubectl("get", "no", "node-1", "-o", "yaml")).contains("kind: Node", "name: node-1");
    assertThat(
            kubectl(
                "get", "pods", "-A", "-l", "app=web", "--field-selector", "spec.nodeName=node-1"))
        .contains("default", "web");
    assertThat(kubectl("get", "pods", "-l", "app!=web")).contains("No resources found");
    assertThat(kubectl("get", "eniconfigs", "-o", "jsonpath={.items[0].spec.subnet}"))
        .isEqualTo("subnet-0a");
    assertThat(kubectl("describe", "node", "node-1")).contains("Non-terminated Pods:", "web");
    assertThat(kubectl("describe", "pod", "web")).contains("Node:", "node-1", "main:", "side:");
    assertThat(kubectl(1, "get", "pod", "absent")).contains("pods \"absent\" not found");
  }

  @Test
  void nodesAreAnnotatedAndLabelled() throws Exception {
    kubectl("annotate", "node", "node-1", "vpc.amazonaws.com/warm-ip-target=3");
    kubectl("label", "node", "node-1", "pool=blue");
    assertThat(kubectl("get", "node", "node-1", "-o", "jsonpath={.metadata.annotations}"))
        .contains("\"vpc.amazonaws.com/warm-ip-target\":\"3\"");
    assertThat(kubectl("get", "nodes", "-l", "pool=blue", "-o", "name")).isEqualTo("node/node-1");
    assertThat(kubectl(1, "label", "node", "node-1", "pool=green")).contains("--overwrite");
    kubectl("label", "node", "node-1", "pool-");
    assertThat(kubectl("get", "nodes", "-l", "pool", "-o", "name")).isEmpty();
  }

  @Test
  void objectsArePatchedInEachForm() throws Exception {
    apply(POD);
    kubectl(
        "patch",
        "pod",
        "web",
        "--type=strategic",
        "-p",
        "{\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"three\"}]}}");
    assertThat(kubectl("get", "pod", "web", "-o", "jsonpath={.spec.containers[*].image}"))
        .isEqualTo("one three");
    kubectl("patch", "pod", "web", "--type=json", "-p", operations("web"));
    assertThat(kubectl(1, "patch", "pod", "web", "--type=json", "-p", operations("web")))
        .contains("The request is invalid");
    kubectl(
        "patch",
        "pod",
        "web",
        "--type=merge",
        "-p",
        "{\"spec\":{\"containers\":[{\"name\":\"x\"}]}}");
    assertThat(kubectl("get", "pod", "web", "-o", "jsonpath={.spec.containers[*].name}"))
        .isEqualTo("x");
  }

  /** A JSON patch that changes the label if it has this value. */
  private static String operations(String expected) {
    return """
        [{"op":"test","path":"/metadata/labels/app","value":"%s"},
         {"op":"replace","path":"/metadata/labels/app","value":"other"}]"""
        .formatted(expected);
  }

  @Test
  void objectsAreAppliedAgainAndDeleted() throws Exception {
    assertThat(apply(POD)).contains("pod/web created", "us-west-2a created");
    assertThat(apply(POD)).contains("pod/web unchanged", "us-west-2a unchanged");
    assertThat(apply(POD.replace("image: one", "image: new").replace("subnet-0a", "subnet-0b")))
        .contains("pod/web configured", "us-west-2a configured");
    assertThat(kubectl("get", "pod", "web", "-o", "jsonpath={.spec.containers[*].image}"))
        .isEqualTo("new two");
    assertThat(kubectl("delete", "pod", "web")).contains("\"web\" deleted");
    assertThat(kubectl("delete", "eniconfigs", "--all")).contains("\"us-west-2a\" deleted");
    assertThat(kubectl(1, "delete", "pod", "web")).contains("\"web\" not found");
  }

  @Test
  void kubectlWaitsForAGracefulDeletion() throws Exception {
    apply(POD.replace("nodeName: node-1", "nodeName: node-1\n  terminationGracePeriodSeconds: 1"));
    assertThat(kubectl("delete", "pod", "web")).contains("\"web\" deleted");
    assertThat(kubectl("get", "pods", "-o", "name")).isEmpty();
  }

  @Test
  void eventsAreTold() throws Exception {
    apply(POD);
    var uid = kubectl("get", "pod", "web", "-o", "jsonpath={.metadata.uid}");
    apply(
        """
        apiVersion: v1
        kind: Event
        metadata: {name: web.1, namespace: default}
        involvedObject: {kind: Pod, name: web, namespace: default, uid: %s}
        reason: AddressAssigned
        message: it has an address
        type: Normal
        """
            .formatted(uid));
    assertThat(kubectl("get", "events"))
        .matches("(?s).*REASON.*Normal +AddressAssigned +pod/web +it has an address");
    assertThat(kubectl("describe", "pod", "web")).contains("AddressAssigned", "it has an address");
  }

  @Test
  void aWatchTellsEachChange() throws Exception {
    var watch = start(List.of("get", "pods", "-w", "--no-headers"));
    try (var lines =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
      apply(POD);
      assertThat(lines.readLine()).startsWith("web ").contains("Pending");
      kubectl("patch", "pod", "web", "-p", "{\"metadata\":{\"finalizers\":[\"x.io/held\"]}}");
      assertThat(lines.readLine()).startsWith("web ");
      kubectl("delete", "pod", "web", "--wait=false");
      assertThat(lines.readLine()).contains("Terminating");
    } finally {
      watch.destroy();
    }
  }
}
