package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.NormalizedOutput.plain;
import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static io.vpccni.netprog.node.TestNode.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Tests pods with several interfaces, and with an address of the other family. */
class PodKindsIT extends NodeTest {
  private static final String MAC0 = "02:00:00:63:53:4c";

  @Test
  void aPodWithTwoInterfacesAnswersOnEach() throws Exception {
    node.primary(MAC0, "10.0.1.10/24");
    var namespace = node.podNamespace();
    var pod =
        SampleState.pods(
            "mnic",
            namespace,
            List.of(
                new PodInterface("eth0", "eni4927eeeb2a0", Ip.parse("10.0.1.102"), 2),
                new PodInterface("mNicIf1", "eni371892384a4", Ip.parse("10.0.9.40"), 10101)));
    var wired = await(node.kernel().attach(pod)).interfaces();
    var in = "-n " + namespace + " ";
    assertThat(plain(ip(in + "rule")))
        .isEqualTo(
            """
            0: from all lookup local
            1: from 10.0.9.40 lookup 1
            32766: from all lookup main
            32767: from all lookup default
            """);
    assertThat(plain(ip(in + "route show table 1")))
        .isEqualTo("default via 169.254.1.2 dev mNicIf1\n169.254.1.2 dev mNicIf1 scope link\n");
    assertThat(NormalizedOutput.sorted(ip(in + "-4 neigh")))
        .isEqualTo(
            """
            169.254.1.1 dev eth0 lladdr %s PERMANENT
            169.254.1.2 dev mNicIf1 lladdr %s PERMANENT
            """
                .formatted(wired.get(0).hostMac(), wired.get(1).hostMac()));
    assertThat(plain(node.onNode("rule")))
        .isEqualTo(
            """
            0: from all lookup local
            512: from all to 10.0.1.102 lookup main
            512: from all to 10.0.9.40 lookup main
            1536: from 10.0.1.102 lookup 2
            1536: from 10.0.9.40 lookup 10101
            32766: from all lookup main
            32767: from all lookup default
            """);
    run("ip netns exec " + node.namespace + " ping -c1 -W1 10.0.1.102");
    run("ip netns exec " + node.namespace + " ping -c1 -W1 10.0.9.40");
    assertThat(await(node.kernel().check(pod))).isEmpty();
    assertThat(node.detach(pod)).containsExactlyInAnyOrder("eni4927eeeb2a0", "eni371892384a4");
    assertThat(node.onNode("rule")).doesNotContain("10.0.1.102").doesNotContain("10.0.9.40");
  }

  private static PodState withEgress(PodState pod, String ip, String veth) {
    return new PodState(
        pod.containerId(),
        pod.ifName(),
        pod.podNamespace(),
        pod.podName(),
        pod.netns(),
        pod.interfaces(),
        pod.branchEni(),
        Optional.of(new Egress(Ip.parse(ip), veth)),
        pod.mtu());
  }

  @Test
  void anIpv6PodReachesIpv4ThroughTheNode() throws Exception {
    node.primary(MAC0, "10.0.1.10/24");
    var namespace = node.podNamespace();
    var pod =
        withEgress(
            pod("six", namespace, "eni6", "2600:1f13:aaa:100:8::a", 254),
            "169.254.172.2",
            "veth0a1b2c3d");
    await(node.kernel().attach(pod));
    assertThat(plain(ip("-n " + namespace + " -4 route")))
        .isEqualTo(
            """
            default via 169.254.172.1 dev v4if0
            169.254.172.0/22 via 169.254.172.1 dev v4if0 src 169.254.172.2
            169.254.172.1 dev v4if0 scope link src 169.254.172.2
            """);
    assertThat(NormalizedOutput.of("veth", node.onNode("-4 route")))
        .isEqualTo("169.254.172.2 dev veth0a1b2c3d scope link\n");
    assertThat(NormalizedOutput.addresses(node.onNode("-4 addr show veth0a1b2c3d")))
        .isEqualTo(
            """
            N: veth0a1b2c3d@ifN: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP
                inet 169.254.172.1/32 scope link veth0a1b2c3d
            """);
    assertThat(NormalizedOutput.addresses(ip("-n " + namespace + " -4 addr show v4if0")))
        .isEqualTo(
            """
            N: v4if0@ifN: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP
                inet 169.254.172.2/22 brd 169.254.175.255 scope global v4if0
            """);
    run("ip netns exec " + namespace + " ping -c1 -W1 10.0.1.10");
    assertThat(await(node.kernel().check(pod))).isEmpty();
    assertThat(await(node.kernel().attach(pod)).interfaces()).hasSize(2);
    assertThat(node.detach(pod)).containsExactlyInAnyOrder("eni6", "veth0a1b2c3d");
    assertThat(node.onNode("-4 route")).doesNotContain("169.254.172");
  }

  @Test
  void anIpv4PodReachesIpv6ThroughTheNode() throws Exception {
    node.primary(MAC0, "10.0.1.10/24");
    node.onNode("addr add 2001:db8::1/64 dev eth0 nodad");
    var namespace = node.podNamespace();
    var pod =
        withEgress(pod("four", namespace, "eni4", "10.0.1.20", 254), "fd00::ac:2", "veth4e5f6071");
    var wired = await(node.kernel().attach(pod)).interfaces();
    var gateway =
        node.onNode("-6 -o addr show veth4e5f6071")
            .replaceAll("(?s).*inet6 (fe80::\\S+)/64.*", "$1");
    // The sample leaves out what any link has: fe80::/64 and "pref medium".
    assertThat(plain(ip("-n " + namespace + " -6 route")))
        .isEqualTo(
            """
            fd00::ac:0/118 dev v6if0 proto kernel metric 256 pref medium
            fe80::/64 dev v6if0 proto kernel metric 256 pref medium
            default via %s dev v6if0 metric 1024 pref medium
            """
                .formatted(gateway));
    assertThat(NormalizedOutput.of("veth", node.onNode("-6 route")))
        .isEqualTo(
            """
            fd00::ac:2 dev veth4e5f6071 metric 1024 pref medium
            fe80::/64 dev veth4e5f6071 proto kernel metric 256 pref medium
            """);
    assertThat(NormalizedOutput.addresses(ip("-n " + namespace + " -6 addr show v6if0")))
        .isEqualTo(
            """
            N: v6if0@ifN: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP
                inet6 fd00::ac:2/118 scope global nodad
                inet6 fe80::x/64 scope link
            """);
    assertThat(ip("-n " + namespace + " -6 addr show eth0")).isEmpty();
    TestNode.noDuplicateAddressDetection(namespace, "v6if0");
    run("ip netns exec " + namespace + " ping -c1 -W1 2001:db8::1");
    assertThat(wired).hasSize(2);
    assertThat(await(node.kernel().check(pod))).isEmpty();
    node.detach(pod);
    assertThat(node.onNode("-6 route")).doesNotContain("fd00::ac:2");
  }

  @Test
  void aPodWhoseEgressLinkTheReferenceNamedGoesWholly() throws Exception {
    var plain = pod("six", node.podNamespace(), "eni6", "2600:1f13:aaa:100:8::a", 254);
    await(node.kernel().attach(withEgress(plain, "169.254.172.2", "veth0a1b2c3d")));
    var other = pod("seven", node.podNamespace(), "eni7", "2600:1f13:aaa:100:8::b", 254);
    await(node.kernel().attach(withEgress(other, "169.254.172.3", "veth0a1b2c3e")));
    var known =
        new DetachedPod(
            plain.containerId(),
            plain.ifName(),
            plain.interfaces(),
            OptionalInt.empty(),
            Optional.of(new DetachedPod.Egress(Ip.parse("169.254.172.2"), Optional.empty())));

    assertThat(await(node.kernel().detach(known)))
        .containsExactlyInAnyOrder("eni6", "veth0a1b2c3d");
    assertThat(node.onNode("-4 route"))
        .doesNotContain("169.254.172.2 ")
        .contains("169.254.172.3 dev veth0a1b2c3e");
    assertThat(await(node.kernel().detach(known))).doesNotContain("veth0a1b2c3e");
  }
}
