package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.e2e.containerd.Containerd;
import io.vpccni.e2e.containerd.Kubelet;
import io.vpccni.e2e.containerd.Kubelet.Pod;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The images of {@code make images} run as the chart says: its users, capabilities, mounts,
 * environment and probes, none of which is repeated here.
 */
class NodeAgentContainersIT {
  private static final Path IMAGES = Path.of("../../target/images");
  private static final String REGISTRY = "registry.example/vpc-cni/";
  private static final Path SOURCE = Path.of("src/main/c/pod.c").toAbsolutePath();

  @SuppressWarnings("NullAway.Init")
  private static Vertx vertx;

  private static final Teardown TEARDOWN = new Teardown();

  @SuppressWarnings("NullAway.Init")
  private static Node node;

  private static Containerd runtime;
  private static Kubelet kubelet;
  private static RenderedAgent rendered;
  private static AgentContainers agent;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "containers need root");
    assumeTrue(Files.exists(IMAGES.resolve("digests")), "needs the images: run make images");
    vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    Runtime.getRuntime().addShutdownHook(new Thread(TEARDOWN::close));
    var settings = TestbedSettings.of(1, "m5.xlarge", Path.of("target/testbed-logs/containers"));
    var testbed = new Testbed(settings, TEARDOWN);
    node = testbed.nodes().getFirst();
    // As systemd does on every node: containerd looks at the mount of /, where /var/run leads
    // elsewhere.
    node.run("mount", "--make-shared", "/");
    runtime = Containerd.start(node.namespaces().enter(), SOURCE, folder, "overlayfs");
    kubelet = new Kubelet(vertx, runtime.socket());
    for (var image : List.of("amazon-k8s-cni", "amazon-k8s-cni-init", "cni-metrics-helper")) {
      runtime.importImage(archive(image), REGISTRY + image);
    }
    rendered = RenderedAgent.of(values(), node.name(), "/run/.node");
    try {
      agent = AgentContainers.start(vertx, node, kubelet, rendered, "aws-node-1");
    } catch (ExecutionException refused) {
      throw new IOException("containerd refused; its log:\n" + runtime.log(), refused);
    }
  }

  private static Path archive(String image) throws IOException {
    try (var files = Files.list(IMAGES)) {
      return files
          .filter(file -> file.getFileName().toString().matches(image + "-v\\d.*\\.tar"))
          .findFirst()
          .orElseThrow()
          .toRealPath();
    }
  }

  private static String version() throws IOException {
    return archive("amazon-k8s-cni").toString().replaceFirst(".*-(v[\\d.]+)\\.tar", "$1");
  }

  /** Returns what is set for this cluster: where the images and the simulated services are. */
  private static String values() throws IOException {
    var version = version();
    var values = new StringBuilder();
    values.append("image: {override: %samazon-k8s-cni:%s}\n".formatted(REGISTRY, version));
    values.append(
        "init: {image: {override: %samazon-k8s-cni-init:%s}}\n".formatted(REGISTRY, version));
    values.append("extraEnv:\n");
    node.environment()
        .forEach(
            (name, value) -> {
              if (name.matches(
                  "AWS_REGION|AWS_EC2_ENDPOINT|AWS_ENDPOINT_URL_.*|CLUSTER_ENDPOINT")) {
                values.append("  - {name: %s, value: \"%s\"}\n".formatted(name, value));
              }
            });
    return values.toString();
  }

  @AfterAll
  static void stop() throws Exception {
    if (vertx == null) return;
    if (runtime != null) {
      for (var sandbox : await(kubelet.list())) {
        await(kubelet.remove(sandbox.getId()).otherwiseEmpty());
      }
      runtime.close();
    }
    await(vertx.close());
    TEARDOWN.close();
  }

  @Test
  void eachProgramTellsItsVersionAsItsUser() throws Exception {
    assertThat(agent.inAgent("/app/bin/ipamd", "--version").output()).startsWith("ipamd ");
    assertThat(agent.inNetProgrammer("/app/bin/net-programmer", "--version").output())
        .startsWith("net-programmer ");
    assertThat(agent.inAgent("/app/grpc-health-probe", "-version").output())
        .startsWith("grpc-health-probe ");
    assertThat(agent.inAgent("id", "-u").output()).isEqualTo("10001\n");
    assertThat(agent.inNetProgrammer("id", "-u").output()).isEqualTo("0\n");
  }

  @Test
  void theMetricsHelperRunsInItsImage() throws Exception {
    assertThat(alone("cni-metrics-helper", "/app/bin/cni-metrics-helper", "--version"))
        .startsWith("cni-metrics-helper ");
  }

  @Test
  void iptablesIsOfTheVariantThatKubeletUses() throws Exception {
    var image = "amazon-k8s-cni-init";
    assertThat(alone(image, "iptables", "--version")).contains("(nf_tables)");
    var legacy = "iptables-legacy -t mangle -N KUBE-KUBELET-CANARY";
    assumeTrue(
        alone(image, "sh", "-c", legacy + " && echo made; true").contains("made"),
        "this kernel has no legacy iptables");
    assertThat(alone(image, "sh", "-c", legacy + "; iptables --version; ip6tables-save --version"))
        .containsPattern("(?m)^iptables v.*legacy")
        .containsPattern("(?m)^ip6tables-save v.*legacy");
    assertThat(
            alone(
                image,
                "sh",
                "-c",
                legacy + "; iptables-nft -t mangle -N KUBE-IPTABLES-HINT; iptables --version"))
        .contains("(nf_tables)");
  }

  /** Runs a command in a container of its own with all rights and a network of its own. */
  private static String alone(String image, String... command) throws Exception {
    var words =
        new ArrayList<>(
            List.of("ctr", "--namespace", "k8s.io", "run", "--rm", "--snapshotter", "overlayfs"));
    words.addAll(List.of("--read-only", "--privileged", "--cgroup", ""));
    words.addAll(List.of(REGISTRY + image + ":" + version(), "alone"));
    words.addAll(List.of(command));
    return runtime.run(words.toArray(String[]::new));
  }

  @Test
  void noContainerCanWriteToItsRoot() throws Exception {
    for (var tried :
        List.of(
            agent.inAgent("mkdir", "/app/x"),
            agent.inNetProgrammer("mkdir", "/app/x"),
            agent.inNetProgrammer("mkdir", "/tmp/x"))) {
      assertThat(tried.exitCode()).isNotZero();
      assertThat(tried.output()).containsIgnoringCase("read-only file system");
    }
  }

  @Test
  void theAgentHasNoCapabilities() throws Exception {
    assertThat(agent.inAgent("grep", "Cap", "/proc/1/status").output())
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000");
    // NET_ADMIN and SYS_ADMIN.
    assertThat(agent.inNetProgrammer("grep", "CapEff", "/proc/1/status").output())
        .contains("CapEff:\t0000000000201000");
    assertThat(agent.inAgent("grep", "Seccomp:", "/proc/1/status").output()).contains("2");
  }

  /** The caches of loaded classes fit the runtime and the jars as they are in the image. */
  @Test
  void bothDaemonsStartFromTheirCaches() throws Exception {
    assertThat(agent.inAgent("grep", "-c", "ipamd.aot", "/proc/1/maps").exitCode()).isZero();
    assertThat(agent.inNetProgrammer("grep", "-c", "net-programmer.aot", "/proc/1/maps").exitCode())
        .isZero();
  }

  @Test
  void podsPingWhileTheAgentIsRolled(@TempDir Path folder) throws Exception {
    var pod = await(kubelet.run(Pod.named("steady")));
    try (var pings = new SteadyPings(folder)) {
      pings.start("node-to-pod", node.netns(), Ip.parse(pod.ip()));
      pings.awaitRound();
      agent.stop();
      var meanwhile = kubelet.runPatiently(vertx, Pod.named("meanwhile"), Duration.ofSeconds(110));
      agent = AgentContainers.start(vertx, node, kubelet, rendered, "aws-node-2");
      var added = await(meanwhile);
      assertThat(added.ip()).isNotEqualTo(pod.ip());
      assertThat(Checks.pings(node, Ip.parse(added.ip()))).isTrue();
      pings.awaitRound();
      assertThat(pings.losses()).isEmpty();
      assertThat(agent.probesSucceed()).isTrue();
      await(kubelet.remove(added));
    }
    await(kubelet.remove(pod));
  }
}
