package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.containerd.Containerd;
import io.vpccni.e2e.containerd.Kubelet.Pod;
import io.vpccni.e2e.containerd.Kubelet.Running;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.e2e.wire.cri.RuntimeCondition;
import io.vpccni.rpc.address.Ip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's containerd runs pods with the conflist that the agent installed. */
class ContainerdPodsIT {
  /** This is more than the burst of 2^32 bits that containerd grants every limited pod. */
  private static final long BURST = 560L << 20;

  private static ContainerdNodes nodes;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "containers need root");
    assumeTrue(Files.isExecutable(Path.of("/usr/lib/cni/bandwidth")), "needs the CNI plugins");
    nodes = new ContainerdNodes(folder);
  }

  @AfterEach
  void removePodsOfAFailedTest() throws Exception {
    nodes.removePods();
  }

  @AfterAll
  static void stop() throws Exception {
    if (nodes != null) nodes.close();
  }

  @Test
  void theNodeIsReadyWithOurChain() throws Exception {
    assertThat(await(nodes.kubelet(0).conditions())).allMatch(RuntimeCondition::getStatus);
    var conflist =
        Files.readString(nodes.here().namespaces().file("/etc/cni/net.d/10-aws.conflist"));
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
    var before = PodTraces.of(nodes.here());
    var pods =
        await(
            Future.join(
                    IntStream.range(0, 30)
                        .mapToObj(i -> nodes.kubelet(0).run(Pod.named("parallel-" + i)))
                        .toList())
                .map(all -> all.<Running>list()));
    assertThat(new HashSet<>(pods.stream().map(Running::ip).toList())).hasSize(30);
    for (var pod : pods) {
      assertThat(Checks.pings(nodes.here(), Ip.parse(pod.ip()))).as(pod.ip()).isTrue();
      assertThat(Checks.allocated(nodes.here())).contains(pod.ip());
    }
    await(Future.join(pods.stream().map(nodes.kubelet(0)::remove).toList()));
    assertThat(await(nodes.kubelet(0).list())).isEmpty();
    before.awaitOn(nodes.here());
    ControlGroups.awaitEmpty(Containerd.CGROUP);
  }

  @Test
  void thirtyPodsComeUpThoughTheAgentAndTheRuntimeAreKilledMeanwhile() throws Exception {
    var before = PodTraces.of(nodes.here());
    var pods = IntStream.range(0, 30).mapToObj(i -> Pod.named("troubled-" + i)).toList();
    var early = new ConcurrentLinkedQueue<Running>();
    pods.forEach(pod -> nodes.kubelet(0).run(pod).onSuccess(early::add));
    Wait.until("some pods run", Duration.ofSeconds(60), () -> early.size() >= 3);
    nodes.here().ipamd().kill();
    nodes.killRuntime();
    assertThat(early).hasSizeLessThan(30);
    nodes.here().ipamd().startAgain();
    nodes.startRuntimeAgain();

    var patience = Duration.ofSeconds(90);
    var running =
        await(
            Future.join(
                    pods.stream()
                        .map(pod -> nodes.kubelet(0).runPatiently(nodes.vertx(), pod, patience))
                        .toList())
                .map(all -> all.<Running>list()));
    assertThat(running).containsAll(early);
    assertThat(new HashSet<>(running.stream().map(Running::ip).toList())).hasSize(30);
    for (var pod : running) {
      assertThat(Checks.pings(nodes.here(), Ip.parse(pod.ip()))).as(pod.ip()).isTrue();
      assertThat(Checks.allocated(nodes.here())).contains(pod.ip());
    }
    await(Future.join(running.stream().map(nodes.kubelet(0)::remove).toList()));
    assertThat(await(nodes.kubelet(0).list())).isEmpty();
    before.awaitOn(nodes.here());
    nodes.runtime().killForgottenShims();
    ControlGroups.awaitEmpty(Containerd.CGROUP);
  }

  @Test
  void podsOfTwoNodesReachEachOtherWithTheirOwnAddresses() throws Exception {
    var server = await(nodes.kubelet(1).run(Pod.named("server")));
    await(nodes.kubelet(1).start(server, List.of("sink", "90")));
    var client = await(nodes.kubelet(0).run(Pod.named("client")));
    var shell = await(nodes.kubelet(0).start(client, List.of()));
    var sent =
        await(nodes.kubelet(0).exec(shell, List.of("/pod", "send", server.ip(), "90", "1000000")));
    assertThat(sent.strip()).matches("[0-9]+");
    await(nodes.kubelet(0).start(client, List.of("serve", "80")));
    assertThat(ContainerdNodes.ask(nodes.there(), client.ip(), 80))
        .isEqualTo(nodes.there().address().toString());
    await(nodes.kubelet(0).remove(client));
    await(nodes.kubelet(1).remove(server));
  }

  @Test
  void aHostPortLeadsToThePod() throws Exception {
    var before = PodTraces.of(nodes.here());
    var pod = await(nodes.kubelet(0).run(new Pod("default", "web", Map.of(18080, 80), Map.of())));
    await(nodes.kubelet(0).start(pod, List.of("serve", "80")));
    assertThat(ContainerdNodes.ask(nodes.there(), nodes.here().address().toString(), 18080))
        .isEqualTo(nodes.there().address().toString());
    await(nodes.kubelet(0).remove(pod));
    before.awaitOn(nodes.here());
  }

  @Test
  void bandwidthLimitsHoldInBothDirections() throws Exception {
    var free = await(nodes.kubelet(0).run(Pod.named("free")));
    var limited =
        await(
            nodes
                .kubelet(0)
                .run(
                    new Pod(
                        "default",
                        "limited",
                        Map.of(),
                        Map.of(
                            "kubernetes.io/ingress-bandwidth", "80M",
                            "kubernetes.io/egress-bandwidth", "80M"))));
    await(nodes.kubelet(0).start(free, List.of("sink", "90")));
    await(nodes.kubelet(0).start(limited, List.of("sink", "90")));
    var fromFree = await(nodes.kubelet(0).start(free, List.of()));
    var fromLimited = await(nodes.kubelet(0).start(limited, List.of()));
    limits(fromFree, limited, "to the limited pod");
    limits(fromLimited, free, "from the limited pod");
    await(nodes.kubelet(0).remove(free));
    await(nodes.kubelet(0).remove(limited));
  }

  /**
   * Checks a limit of 10 MB/s once the burst is used up: what is sent then takes more than three
   * seconds. The start of the second command counts, because the burst grows again meanwhile.
   */
  private static void limits(String sender, Running receiver, String what) throws Exception {
    send(sender, receiver, BURST);
    long usedUp = System.nanoTime();
    send(sender, receiver, 32L << 20);
    assertThat(Duration.ofNanos(System.nanoTime() - usedUp))
        .as(what)
        .isGreaterThan(Duration.ofMillis(2500));
  }

  private static long send(String sender, Running receiver, long bytes) throws Exception {
    var answer =
        await(
            nodes
                .kubelet(0)
                .exec(sender, List.of("/pod", "send", receiver.ip(), "90", "" + bytes)));
    return Long.parseLong(answer.strip());
  }

  @Test
  void podsHaveNoIpv6WhereTheNodeSaysSo() throws Exception {
    var pod = await(nodes.kubelet(0).run(Pod.named("four-only")));
    var shell = await(nodes.kubelet(0).start(pod, List.of()));
    for (var scope : List.of("all", "default", "lo")) {
      var file = "/proc/sys/net/ipv6/conf/" + scope + "/disable_ipv6";
      assertThat(await(nodes.kubelet(0).exec(shell, List.of("/pod", "read", file))))
          .isEqualTo("1\n");
    }
    await(nodes.kubelet(0).remove(pod));
  }

  @Test
  void podsOutliveTheRuntimeAndGoAfterItIsBack() throws Exception {
    var before = PodTraces.of(nodes.here());
    var pod = await(nodes.kubelet(0).run(Pod.named("outlives")));
    nodes.killRuntime();
    assertThat(Checks.pings(nodes.here(), Ip.parse(pod.ip()))).as("without its runtime").isTrue();
    nodes.startRuntimeAgain();
    var next = await(nodes.kubelet(0).run(Pod.named("next")));
    assertThat(next.ip()).isNotEqualTo(pod.ip());
    assertThat(Checks.pings(nodes.here(), Ip.parse(pod.ip()))).isTrue();
    await(nodes.kubelet(0).remove(pod));
    await(nodes.kubelet(0).remove(next));
    before.awaitOn(nodes.here());
  }

  @Test
  void aNodeWithoutItsAgentLosesPodsAndTakesNewOnesLater() throws Exception {
    var before = PodTraces.of(nodes.here());
    var stays = await(nodes.kubelet(0).run(Pod.named("stays")));
    var goes = await(nodes.kubelet(0).run(Pod.named("goes")));
    nodes.here().ipamd().kill();
    try {
      await(nodes.kubelet(0).remove(goes));
      assertThat(nodes.runs(Pod.named("too-early"))).isFalse();
      assertThat(nodes.runtime().log()).contains("code = Unavailable", "node agent: ");
      assertThat(Checks.pings(nodes.here(), Ip.parse(stays.ip()))).isTrue();
    } finally {
      nodes.here().ipamd().startAgain();
    }
    var late = nodes.runAgainUntilItWorks(Pod.named("late"));
    assertThat(late.ip()).isNotEqualTo(stays.ip());
    assertThat(Checks.pings(nodes.here(), Ip.parse(stays.ip()))).isTrue();
    Checks.released(nodes.here(), Ip.parse(goes.ip()));
    await(nodes.kubelet(0).remove(stays));
    await(nodes.kubelet(0).remove(late));
    before.awaitOn(nodes.here());
  }
}
