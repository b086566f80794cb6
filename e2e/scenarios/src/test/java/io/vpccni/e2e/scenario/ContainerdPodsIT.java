package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Machines.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.containerd.Containerd;
import io.vpccni.e2e.containerd.Kubelet;
import io.vpccni.e2e.containerd.Kubelet.Pod;
import io.vpccni.e2e.containerd.Kubelet.Running;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.e2e.wire.cri.RuntimeCondition;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's containerd runs pods with the conflist that the agent installed. */
class ContainerdPodsIT {
  private static final Path SOURCE = Path.of("src/main/c/pod.c").toAbsolutePath();

  /** More than the burst of 2^32 bits that containerd grants every limited pod. */
  private static final long BURST = 560L << 20;

  private static final Teardown TEARDOWN = new Teardown();
  private static final List<Containerd> RUNTIMES = new ArrayList<>();
  private static final List<Kubelet> KUBELETS = new ArrayList<>();

  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  private static Node here;
  private static Node there;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "containers need root");
    assumeTrue(Files.isExecutable(Path.of("/usr/lib/cni/bandwidth")), "needs the CNI plugins");
    var settings =
        TestbedSettings.of(2, "m5.xlarge", Path.of("target/testbed-logs/containerd"))
            .with("ENABLE_BANDWIDTH_PLUGIN", "true")
            .with("DISABLE_POD_V6", "true")
            .with("IP_COOLDOWN_PERIOD", "1");
    Runtime.getRuntime().addShutdownHook(new Thread(TEARDOWN::close));
    var testbed = new Testbed(settings, TEARDOWN);
    testbed.startAgents();
    here = testbed.nodes().get(0);
    there = testbed.nodes().get(1);
    for (var node : List.of(here, there)) {
      var runtime = Containerd.start(node.place().enter(), SOURCE, folder.resolve(node.name()));
      RUNTIMES.add(runtime);
      KUBELETS.add(new Kubelet(VERTX, runtime.socket()));
    }
  }

  @AfterEach
  void removePodsOfAFailedTest() throws Exception {
    for (var kubelet : KUBELETS) {
      for (var sandbox : await(kubelet.list())) {
        await(kubelet.remove(sandbox.getId()).otherwiseEmpty());
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    RUNTIMES.forEach(Containerd::close);
    await(VERTX.close());
    TEARDOWN.close();
  }

  private static Kubelet kubelet() {
    return KUBELETS.getFirst();
  }

  @Test
  void theNodeIsReadyWithOurChain() throws Exception {
    assertThat(await(kubelet().conditions())).allMatch(RuntimeCondition::getStatus);
    var conflist = Files.readString(here.place().file("/etc/cni/net.d/10-aws.conflist"));
    assertThat(conflist).contains("aws-cni", "portmap", "bandwidth", "tuning");
    // Debian's plugins speak no 1.1.0, so the list must not offer it.
    var list = new JsonObject(conflist);
    assertThat(list.getString("cniVersion")).isEqualTo("1.0.0");
    assertThat(list.getJsonArray("cniVersions").getList().toString())
        .contains("0.4.0", "1.0.0")
        .doesNotContain("1.1.0");
  }

  @Test
  void thirtyPodsInParallelRunAndLeaveNothing() throws Exception {
    var before = Machines.Traces.of(here);
    var pods =
        await(
            Future.join(
                    IntStream.range(0, 30)
                        .mapToObj(i -> kubelet().run(Pod.named("parallel-" + i)))
                        .toList())
                .map(all -> all.<Running>list()));
    assertThat(new HashSet<>(pods.stream().map(Running::ip).toList())).hasSize(30);
    for (var pod : pods) {
      assertThat(Checks.pings(here, Ip.parse(pod.ip()))).as(pod.ip()).isTrue();
      assertThat(Checks.allocated(here)).contains(pod.ip());
    }
    await(Future.join(pods.stream().map(kubelet()::remove).toList()));
    assertThat(await(kubelet().list())).isEmpty();
    Machines.leftNothing(here, before);
    Machines.noProcesses(Containerd.CGROUP);
  }

  @Test
  void thirtyPodsComeUpThoughTheAgentAndTheRuntimeAreKilledMeanwhile() throws Exception {
    var before = Machines.Traces.of(here);
    var pods = IntStream.range(0, 30).mapToObj(i -> Pod.named("troubled-" + i)).toList();
    var early = new ConcurrentLinkedQueue<Running>();
    pods.forEach(pod -> kubelet().run(pod).onSuccess(early::add));
    Wait.until("some pods run", Duration.ofSeconds(60), () -> early.size() >= 3);
    here.ipamd().kill();
    var runtime = RUNTIMES.getFirst();
    runtime.kill();
    await(KUBELETS.removeFirst().close());
    assertThat(early).hasSizeLessThan(30);
    here.ipamd().startAgain();
    runtime.startAgain();
    KUBELETS.addFirst(new Kubelet(VERTX, runtime.socket()));

    var deadline = Instant.now().plusSeconds(90);
    var running =
        await(
            Future.join(
                    pods.stream().map(pod -> kubelet().runPatiently(VERTX, pod, deadline)).toList())
                .map(all -> all.<Running>list()));
    assertThat(running).containsAll(early);
    assertThat(new HashSet<>(running.stream().map(Running::ip).toList())).hasSize(30);
    for (var pod : running) {
      assertThat(Checks.pings(here, Ip.parse(pod.ip()))).as(pod.ip()).isTrue();
      assertThat(Checks.allocated(here)).contains(pod.ip());
    }
    await(Future.join(running.stream().map(kubelet()::remove).toList()));
    assertThat(await(kubelet().list())).isEmpty();
    Machines.leftNothing(here, before);
    runtime.killForgottenShims();
    Machines.noProcesses(Containerd.CGROUP);
  }

  @Test
  void podsOfTwoNodesReachEachOtherWithTheirOwnAddresses() throws Exception {
    var server = await(KUBELETS.get(1).run(Pod.named("server")));
    await(KUBELETS.get(1).start(server, List.of("sink", "90")));
    var client = await(kubelet().run(Pod.named("client")));
    var shell = await(kubelet().start(client, List.of()));
    var sent = await(kubelet().exec(shell, List.of("/pod", "send", server.ip(), "90", "1000000")));
    assertThat(sent.strip()).matches("[0-9]+");
    await(kubelet().start(client, List.of("serve", "80")));
    assertThat(ask(there, client.ip(), 80)).isEqualTo(there.address().toString());
    await(kubelet().remove(client));
    await(KUBELETS.get(1).remove(server));
  }

  @Test
  void aHostPortLeadsToThePod() throws Exception {
    var before = Machines.Traces.of(here);
    var pod = await(kubelet().run(new Pod("default", "web", Map.of(18080, 80), Map.of())));
    await(kubelet().start(pod, List.of("serve", "80")));
    assertThat(ask(there, here.address().toString(), 18080)).isEqualTo(there.address().toString());
    await(kubelet().remove(pod));
    Machines.leftNothing(here, before);
  }

  @Test
  void bandwidthLimitsHoldInBothDirections() throws Exception {
    var free = await(kubelet().run(Pod.named("free")));
    var limited =
        await(
            kubelet()
                .run(
                    new Pod(
                        "default",
                        "limited",
                        Map.of(),
                        Map.of(
                            "kubernetes.io/ingress-bandwidth", "80M",
                            "kubernetes.io/egress-bandwidth", "80M"))));
    await(kubelet().start(free, List.of("sink", "90")));
    await(kubelet().start(limited, List.of("sink", "90")));
    var fromFree = await(kubelet().start(free, List.of()));
    var fromLimited = await(kubelet().start(limited, List.of()));
    limits(fromFree, limited, "to the limited pod");
    limits(fromLimited, free, "from the limited pod");
    await(kubelet().remove(free));
    await(kubelet().remove(limited));
  }

  /** 10 MB/s, once the burst is used up. */
  private static void limits(String sender, Running receiver, String what) throws Exception {
    send(sender, receiver, BURST);
    long millis = send(sender, receiver, 12L << 20);
    assertThat(millis).as(what).isBetween(800L, 20_000L);
  }

  private static long send(String sender, Running receiver, long bytes) throws Exception {
    var answer =
        await(kubelet().exec(sender, List.of("/pod", "send", receiver.ip(), "90", "" + bytes)));
    return Long.parseLong(answer.strip());
  }

  @Test
  void podsHaveNoIpv6WhereTheNodeSaysSo() throws Exception {
    var pod = await(kubelet().run(Pod.named("four-only")));
    var shell = await(kubelet().start(pod, List.of()));
    for (var scope : List.of("all", "default", "lo")) {
      var file = "/proc/sys/net/ipv6/conf/" + scope + "/disable_ipv6";
      assertThat(await(kubelet().exec(shell, List.of("/pod", "read", file)))).isEqualTo("1\n");
    }
    await(kubelet().remove(pod));
  }

  @Test
  void podsOutliveTheRuntimeAndGoAfterItIsBack() throws Exception {
    var before = Machines.Traces.of(here);
    var pod = await(kubelet().run(Pod.named("outlives")));
    var runtime = RUNTIMES.getFirst();
    await(KUBELETS.removeFirst().close());
    runtime.kill();
    assertThat(Checks.pings(here, Ip.parse(pod.ip()))).as("without its runtime").isTrue();
    runtime.startAgain();
    KUBELETS.addFirst(new Kubelet(VERTX, runtime.socket()));
    var next = await(kubelet().run(Pod.named("next")));
    assertThat(next.ip()).isNotEqualTo(pod.ip());
    assertThat(Checks.pings(here, Ip.parse(pod.ip()))).isTrue();
    await(kubelet().remove(pod));
    await(kubelet().remove(next));
    Machines.leftNothing(here, before);
  }

  @Test
  void aNodeWithoutItsAgentLosesPodsAndTakesNewOnesLater() throws Exception {
    var before = Machines.Traces.of(here);
    var stays = await(kubelet().run(Pod.named("stays")));
    var goes = await(kubelet().run(Pod.named("goes")));
    here.ipamd().kill();
    try {
      await(kubelet().remove(goes));
      assertThat(runs(Pod.named("too-early"))).isFalse();
      assertThat(RUNTIMES.getFirst().log()).contains("code = Unavailable", "node agent: ");
      assertThat(Checks.pings(here, Ip.parse(stays.ip()))).isTrue();
    } finally {
      here.ipamd().startAgain();
    }
    var late = runAgainUntilItWorks(Pod.named("late"));
    assertThat(late.ip()).isNotEqualTo(stays.ip());
    assertThat(Checks.pings(here, Ip.parse(stays.ip()))).isTrue();
    Checks.released(here, Ip.parse(goes.ip()));
    await(kubelet().remove(stays));
    await(kubelet().remove(late));
    Machines.leftNothing(here, before);
  }

  private static boolean runs(Pod pod) throws Exception {
    try {
      await(kubelet().run(pod));
      return true;
    } catch (ExecutionException refused) {
      return false;
    }
  }

  /** As kubelet does. */
  private static Running runAgainUntilItWorks(Pod pod) throws Exception {
    var running = new ArrayList<Running>();
    Wait.until(
        pod.name() + " runs",
        Duration.ofSeconds(30),
        () -> {
          try {
            running.add(await(kubelet().run(pod)));
          } catch (ExecutionException notYet) {
            return false;
          } catch (Exception broken) {
            throw new IOException(broken);
          }
          return true;
        });
    return running.getFirst();
  }

  /** What a server of the test image, which may just be starting, answers a node. */
  private static String ask(Node from, String ip, int port) throws IOException {
    var answer = new StringBuilder();
    var command = "exec 3<>/dev/tcp/" + ip + "/" + port + " && cat <&3";
    Wait.until(
        from.name() + " reaches " + ip + ":" + port,
        Duration.ofSeconds(20),
        () -> {
          try {
            answer.append(from.run("timeout", "10", "bash", "-c", command));
            return true;
          } catch (IOException notYet) {
            return false;
          }
        });
    return answer.toString().strip();
  }
}
