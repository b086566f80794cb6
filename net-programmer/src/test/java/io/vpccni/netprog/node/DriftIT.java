package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriftIT extends NodeTest {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";

  private HostState host;

  @BeforeEach
  void prepare() throws Exception {
    node.primary(MAC0, "10.0.0.4/18");
    node.onNode("route add default via 10.0.0.1 dev eth0");
    node.eni("eth1", MAC1);
    host =
        SampleState.host(
            MAC0,
            "10.0.0.4",
            SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2));
    await(node.kernel().sync(host, List.of(), List.of()));
  }

  private List<PodState> attach(int count) throws Exception {
    var pods = new ArrayList<PodState>();
    for (int i = 0; i < count; i++) {
      var pod = pod("p" + i, node.podNamespace(), "eni" + i, "10.0.1." + i, i % 2 == 0 ? 254 : 2);
      await(node.kernel().attach(pod));
      pods.add(pod);
    }
    return pods;
  }

  /** Returns pods as a checkpoint knows them, without their own namespaces. */
  private static List<PodState> hostParts(List<PodState> pods) {
    return pods.stream()
        .map(
            pod ->
                new PodState(
                    pod.containerId(),
                    pod.ifName(),
                    pod.podNamespace(),
                    pod.podName(),
                    java.util.Optional.empty(),
                    pod.interfaces(),
                    pod.branchEni(),
                    pod.egress(),
                    pod.mtu()))
        .toList();
  }

  private Stream<Event.Repaired> repaired() {
    return node.events.stream()
        .filter(Event.Repaired.class::isInstance)
        .map(Event.Repaired.class::cast);
  }

  @Test
  void linksAndAddressesOfEnisComeBackToo() throws Exception {
    attach(1);
    node.onNode("link set eth0 mtu 1500");
    node.onNode("link set eth1 down");
    node.onNode("addr flush dev eth1");
    node.onNode("link set eni0 down");
    Wait.until(
        "all as before",
        () ->
            node.onNode("link show eth0").contains("mtu 9001")
                && node.onNode("addr show eth1").contains("state UP")
                && node.onNode("addr show eth1").contains("inet 10.0.23.206/18 brd 10.0.63.255")
                && node.onNode("route show table all").contains("default via 10.0.0.1 dev eth1")
                && !node.onNode("route show").contains("10.0.0.0/18 dev eth1")
                && node.onNode("link show eni0").contains("state UP")
                && node.onNode("route show").contains("10.0.1.0 dev eni0 scope link"));
  }

  @Test
  void contentionWithAnotherWriterIsToldAndEndsInNoLoop() throws Exception {
    Wait.until(
        "contested",
        () -> {
          if (node.onNode("rule").contains("0x80")) {
            node.onNode("rule del prio 1024");
          }
          return repaired().anyMatch(Event.Repaired::contested);
        });
    assertThat(repaired().filter(Event.Repaired::contested).findFirst())
        .get()
        .extracting(Event.Repaired::detail)
        .asString()
        .contains("another program")
        .contains("fwmark 0x80/0x80");
    // Others are repaired meanwhile.
    node.onNode("rule del prio 32765");
    Wait.until("other rule is back", () -> node.onNode("rule").contains("32765"));
  }

  @Test
  void afterASyncOnlyWhatNobodyLivesBehindGoes() throws Exception {
    var pods = attach(3);
    // Of a pod whose veth is long gone, and rules of other people.
    node.onNode("rule add to 10.0.9.9 lookup main prio 512");
    node.onNode("rule add from 10.0.9.9 lookup 2 prio 1536");
    node.onNode("rule add from 10.0.9.9 lookup 77 prio 1000");
    node.onNode("rule add from 10.0.1.1 to 10.0.0.0/16 lookup 2 prio 1536");
    node.restart();
    // pods[0] stays, pods[1] is live but unexplained, pods[2] was promised to be deleted.
    await(node.kernel().sync(host, hostParts(pods.subList(0, 1)), List.of("eni2", "eni77")));
    Wait.until("eni2 is deleted", () -> !node.onNode("link").contains("eni2@"));
    Wait.until(
        "both told",
        () ->
            node.events.contains(new Event.VethsDeleted(List.of("eni2")))
                && node.events.contains(new Event.VethsDeleted(List.of("eni77"))));
    assertThat(node.onNode("rule"))
        .contains("512:\tfrom all to 10.0.1.0 lookup main")
        .contains("512:\tfrom all to 10.0.1.1 lookup main")
        .contains("1536:\tfrom 10.0.1.1 lookup 2")
        .contains("1000:\tfrom 10.0.9.9 lookup 77")
        .doesNotContain("512:\tfrom all to 10.0.9.9")
        .doesNotContain("1536:\tfrom 10.0.9.9")
        .doesNotContain("10.0.1.2 ");
    assertThat(node.onNode("link")).contains("eni0@", "eni1@");
    // Known as a pod, its rules of the older layout become the one of today.
    await(node.kernel().sync(host, hostParts(pods.subList(0, 2)), List.of()));
    assertThat(node.onNode("rule"))
        .contains("1536:\tfrom 10.0.1.1 lookup 2")
        .doesNotContain("from 10.0.1.1 to 10.0.0.0/16");
  }

  @Test
  void beforeTheFirstSyncNothingIsRemoved() throws Exception {
    node.restart();
    node.onNode("rule add to 10.0.9.9 lookup main prio 512");
    var pod = pod("x", node.podNamespace(), "eni9", "10.0.1.9", 2);
    await(node.kernel().attach(pod));
    assertThat(node.onNode("rule")).contains("10.0.9.9");
  }

  private long deletions(String veth) {
    return node.events.stream()
        .filter(Event.VethsDeleted.class::isInstance)
        .flatMap(event -> ((Event.VethsDeleted) event).names().stream())
        .filter(veth::equals)
        .count();
  }

  @Test
  void anAddForTheSameVethNameFinishesAPendingDeletionFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      var first = pod("same", node.podNamespace(), "eni5", "10.0.1.5", 2);
      var second =
          new PodState(
              "container-next" + i,
              "eth0",
              "default",
              "same",
              java.util.Optional.of("/run/netns/" + node.podNamespace()),
              first.interfaces(),
              first.branchEni(),
              first.egress(),
              9001);
      await(node.kernel().attach(first));
      assertThat(node.detach(first)).containsExactly("eni5");
      await(node.kernel().attach(second));
      // In the same namespace, and that is where the former pair is being deleted.
      int detached = 2 * i + 1;
      Wait.until("each is told once", () -> deletions("eni5") == detached);
      TestNode.run("ip netns exec " + node.namespace + " ping -c1 -W1 10.0.1.5");
      assertThat(await(node.kernel().check(second))).isEmpty();
      assertThat(node.detach(second)).containsExactly("eni5");
    }
  }
}
