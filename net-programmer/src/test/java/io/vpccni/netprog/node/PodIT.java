package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static io.vpccni.netprog.node.TestNode.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.Kernel.HostVeth;
import io.vpccni.netprog.desired.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodIT extends NodeTest {
  @Test
  void anIpv4PodIsReachableAndLooksAsTheReferenceMakesIt() throws Exception {
    var namespace = node.podNamespace();
    node.onNode("addr add 10.0.1.10/32 dev lo");
    node.onNode("link set lo up");
    var pod = pod("sample-pod", namespace, "enicc21c2d7785", "10.0.1.101", 2);

    long begun = System.nanoTime();
    var attached = await(node.kernel().attach(pod));
    assertThat(attached.inKernel())
        .isBetween(Duration.ofNanos(50_000), Duration.ofNanos(System.nanoTime() - begun));
    var wired = attached.interfaces().getFirst();

    var in = "-n " + namespace + " ";
    assertThat(ip(in + "route"))
        .isEqualTo("default via 169.254.1.1 dev eth0 \n169.254.1.1 dev eth0 scope link \n");
    assertThat(ip(in + "neigh"))
        .isEqualTo("169.254.1.1 dev eth0 lladdr " + wired.hostMac() + " PERMANENT \n");
    assertThat(ip(in + "link show eth0")).contains("link/ether " + wired.mac());
    assertThat(NormalizedOutput.addresses(ip(in + "addr show eth0")))
        .isEqualTo(
            """
            N: eth0@ifN: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP
                link/ether MAC
                inet 10.0.1.101/32 scope global eth0
                inet6 fe80::x/64 scope link
            """);
    assertThat(NormalizedOutput.plain(node.onNode("rule")))
        .isEqualTo(
            """
            0: from all lookup local
            512: from all to 10.0.1.101 lookup main
            1536: from 10.0.1.101 lookup 2
            32766: from all lookup main
            32767: from all lookup default
            """);
    assertThat(node.onNode("route")).isEqualTo("10.0.1.101 dev enicc21c2d7785 scope link \n");
    assertThat(node.onNode("link show enicc21c2d7785")).contains("link/ether " + wired.hostMac());
    assertThat(NormalizedOutput.addresses(node.onNode("addr show enicc21c2d7785")))
        .isEqualTo(
            """
            N: enicc21c2d7785@ifN: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP
                link/ether MAC
                inet6 fe80::x/64 scope link
            """);
    for (var setting : List.of("accept_ra=0", "accept_redirects=1", "forwarding=0")) {
      var parts = setting.split("=", -1);
      assertThat(
              run(
                  "ip netns exec "
                      + node.namespace
                      + " cat /proc/sys/net/ipv6/conf/enicc21c2d7785/"
                      + parts[0]))
          .isEqualTo(parts[1] + "\n");
    }
    run("ip netns exec " + node.namespace + " ping -c1 -W2 10.0.1.101");
    assertThat(await(node.kernel().check(pod))).isEmpty();
    assertThat(await(node.kernel().list()).veths())
        .containsExactly(new HostVeth("enicc21c2d7785", List.of("10.0.1.101")));
  }

  @Test
  void aRepeatedAttachChangesNothingAndADetachLeavesNothing() throws Exception {
    var namespace = node.podNamespace();
    var before = node.onNode("rule") + node.onNode("route show table all");
    var pod = pod("a", namespace, "eniaaaaaaaaaaa", "10.0.1.20", 3);
    var first = await(node.kernel().attach(pod)).interfaces();
    try (var onNode = new IpMonitor(node.namespace, "route", "rule", "neigh");
        var inPod = new IpMonitor(namespace, "route", "rule", "neigh")) {
      assertThat(await(node.kernel().attach(pod)).interfaces()).isEqualTo(first);
      assertThat(onNode.changes()).isEmpty();
      assertThat(inPod.changes()).isEmpty();
    }

    assertThat(node.detach(pod)).containsExactly("eniaaaaaaaaaaa");
    Wait.until("veth gone", () -> !node.onNode("link").contains("eniaaa"));
    assertThat(node.onNode("rule") + node.onNode("route show table all")).isEqualTo(before);
    Wait.until("told", () -> !node.events.isEmpty());
    assertThat(node.detach(pod)).isEmpty();
  }

  @Test
  void anAttachThatFailsHalfWayLeavesNothing() throws Exception {
    var namespace = node.podNamespace();
    // The second interface's name is taken in the pod.
    ip("-n " + namespace + " link add mNicIf1 type veth peer name other");
    var before = node.onNode("rule") + node.onNode("link") + ip("-n " + namespace + " link");
    var pod =
        SampleState.pods(
            "m",
            namespace,
            List.of(
                new io.vpccni.netprog.desired.PodState.PodInterface(
                    "eth0", "eni1", io.vpccni.rpc.address.Ip.parse("10.0.1.1"), 2),
                new io.vpccni.netprog.desired.PodState.PodInterface(
                    "mNicIf1", "eni2", io.vpccni.rpc.address.Ip.parse("10.0.1.2"), 3)));
    assertThatThrownBy(() -> await(node.kernel().attach(pod)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("mNicIf1 exists already");
    assertThat(node.onNode("rule") + node.onNode("link") + ip("-n " + namespace + " link"))
        .isEqualTo(before);
  }

  @Test
  void aNamespaceThatIsNotThereIsRefusedBeforeAnythingIsMade() {
    assertThatThrownBy(
            () -> await(node.kernel().attach(pod("x", "kernel-none", "eni1", "10.0.0.9", 2))))
        .isInstanceOf(Refusal.class)
        .extracting(e -> ((Refusal) e).kind())
        .isEqualTo(Refusal.Kind.NETNS_GONE);
    assertThat(node.onNode("link").lines().filter(line -> line.contains("eni"))).isEmpty();
  }

  @Test
  void theVeryFirstPacketArrives() throws Exception {
    node.onNode("addr add 10.0.1.10/32 dev lo");
    node.onNode("link set lo up");
    for (int i = 0; i < 30; i++) {
      var ip = "10.0.2." + i;
      await(node.kernel().attach(pod("p" + i, node.podNamespace(), "eni" + i, ip, 254)));
      run("ip netns exec " + node.namespace + " ping -c1 -W0.5 " + ip);
    }
  }

  @Test
  void connectionsOfAReleasedAddressAreForgottenAndOthersKept() throws Exception {
    node.onNode("addr add 10.0.1.10/32 dev lo");
    node.onNode("link set lo up");
    // Tracking starts with the first rule that asks for it.
    run(
        "ip netns exec "
            + node.namespace
            + " iptables -A INPUT -m conntrack --ctstate NEW -j ACCEPT");
    run(
        "ip netns exec "
            + node.namespace
            + " iptables -t nat -A OUTPUT -d 10.99.0.1 -j DNAT --to 10.0.1.7");
    node.onNode("route add 10.99.0.1/32 dev lo");
    var pod = pod("a", node.podNamespace(), "eni7", "10.0.1.7", 254);
    var other = pod("b", node.podNamespace(), "eni8", "10.0.1.8", 254);
    await(node.kernel().attach(pod));
    await(node.kernel().attach(other));
    run("ip netns exec " + node.namespace + " ping -c1 -W1 10.0.1.7");
    run("ip netns exec " + node.namespace + " ping -c1 -W1 10.0.1.8");
    run("ip netns exec " + node.namespace + " ping -c1 -W1 10.99.0.1");
    var list = "ip netns exec " + node.namespace + " cat /proc/net/nf_conntrack";
    assumeTrue(TestNode.works(list), "this kernel does not show its connections");
    assertThat(run(list)).contains("src=10.0.1.7 ", "src=10.0.1.8 ", "dst=10.99.0.1 ");
    node.detach(pod);
    // The answer to a detach does not wait for it: the next owner of the address does.
    await(node.kernel().attach(pod("c", node.podNamespace(), "eni9", "10.0.1.7", 254)));
    assertThat(run(list)).doesNotContain("10.0.1.7 ").contains("src=10.0.1.8 ");
  }

  @Test
  void anAttachThatWasCutShortAfterTheLinksIsFinished() throws Exception {
    var namespace = node.podNamespace();
    // As after a kill: both ends are there and down, and nothing else.
    node.onNode(
        "link add eni3 address 0a:01:02:03:04:05 type veth peer name eth0 netns " + namespace);
    var pod = pod("a", namespace, "eni3", "10.0.1.3", 254);
    assertThat(await(node.kernel().attach(pod)).interfaces().getFirst().hostMac())
        .hasToString("0a:01:02:03:04:05");
    assertThat(await(node.kernel().check(pod))).isEmpty();
    for (var key : List.of("accept_ra", "forwarding")) {
      assertThat(
              run("ip netns exec " + node.namespace + " cat /proc/sys/net/ipv6/conf/eni3/" + key))
          .isEqualTo("0\n");
    }
  }
}
