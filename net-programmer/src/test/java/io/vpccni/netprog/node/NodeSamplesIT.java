package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Compares a whole node with amazon-vpc-cni-k8s v1.23.1 as {@code ip} shows it, line for line.
 * {@link SamplesIT} covers its netfilter rules, {@link PodKindsIT} and {@link PodIT} its pods from
 * within.
 */
class NodeSamplesIT extends NodeTest {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final String MAC2 = "02:00:00:71:f9:f8";

  private String shown(String words) {
    return NormalizedOutput.plain(node.onNode(words));
  }

  @Test
  void anIpv4NodeWithTwoNetworkCardsAndAPodOnBoth() throws Exception {
    node.primary(MAC0, "10.0.1.10/24");
    node.onNode("route add default via 10.0.1.1 dev eth0 proto dhcp src 10.0.1.10 metric 512");
    node.eni("eth1", MAC1);
    node.eni("eth2", MAC2);
    var host =
        SampleState.withExternalServices(
            SampleState.host(
                MAC0,
                "10.0.1.10",
                SampleState.eni("eni-1", MAC1, "10.0.1.77", "10.0.1.0/24", 0, 1, 2),
                SampleState.eni("eni-2", MAC2, "10.0.9.5", "10.0.9.0/24", 1, 1, 10101)),
            "172.31.99.0/24");
    // Of an older version, with another table.
    node.onNode("rule add from 10.0.1.77 lookup 9 prio 32765");
    await(node.kernel().sync(host, List.of(), List.of()));
    await(node.kernel().attach(pod("a", node.podNamespace(), "enicc21c2d7785", "10.0.1.20", 254)));
    await(node.kernel().attach(pod("b", node.podNamespace(), "enib5faff8a083", "10.0.1.101", 2)));
    await(
        node.kernel()
            .attach(
                SampleState.pods(
                    "mnic",
                    node.podNamespace(),
                    List.of(
                        new PodInterface("eth0", "eni4927eeeb2a0", Ip.parse("10.0.1.102"), 2),
                        new PodInterface(
                            "mNicIf1", "eni371892384a4", Ip.parse("10.0.9.40"), 10101)))));
    assertThat(shown("rule"))
        .isEqualTo(
            """
            0: from all lookup local
            512: from all to 10.0.1.20 lookup main
            512: from all to 10.0.1.101 lookup main
            512: from all to 10.0.1.102 lookup main
            512: from all to 10.0.9.40 lookup main
            1024: from all fwmark 0x80/0x80 lookup main
            1535: from all to 172.31.99.0/24 lookup main
            1536: from 10.0.1.101 lookup 2
            1536: from 10.0.1.102 lookup 2
            1536: from 10.0.9.40 lookup 10101
            32765: from 10.0.1.77 lookup 2
            32765: from 10.0.9.5 lookup 10101
            32766: from all lookup main
            32767: from all lookup default
            """);
    assertThat(shown("route show table main"))
        .isEqualTo(
            """
            default via 10.0.1.1 dev eth0 proto dhcp src 10.0.1.10 metric 512
            10.0.1.0/24 dev eth0 proto kernel scope link src 10.0.1.10
            10.0.1.20 dev enicc21c2d7785 scope link
            10.0.1.101 dev enib5faff8a083 scope link
            10.0.1.102 dev eni4927eeeb2a0 scope link
            10.0.9.40 dev eni371892384a4 scope link
            """);
    assertThat(shown("route show table 2"))
        .isEqualTo("default via 10.0.1.1 dev eth1\n10.0.1.1 dev eth1 scope link\n");
    assertThat(shown("route show table 10101"))
        .isEqualTo("default via 10.0.9.1 dev eth2\n10.0.9.1 dev eth2 scope link\n");
    // No connected route either: the main table above has none of eth1.
    assertThat(NormalizedOutput.addresses(node.onNode("-4 addr show eth1")))
        .isEqualTo(
            """
            N: eth1@c-eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP
                inet 10.0.1.77/24 brd 10.0.1.255 scope global eth1
            """);
    assertThat(await(node.kernel().applyHost(host)).changes()).isZero();
  }

  @Test
  void anIpv6NodeInStrictModeWithAMultiNicPodOnTwoCards() throws Exception {
    node.primary(MAC0, "2600:1f13:aaa:100::4/64");
    node.eni("eth1", MAC1);
    var host =
        SampleState.withPodEni(
            SampleState.host(
                MAC0,
                "2600:1f13:aaa:100::4",
                SampleState.eni(
                    "eni-1", MAC1, "2600:1f13:aaa:101::5", "2600:1f13:aaa:101::/64", 1, 1, 10101)),
            PodSecurityGroupMode.STRICT);
    await(node.kernel().sync(host, List.of(), List.of()));
    var namespace = node.podNamespace();
    var pod =
        SampleState.pods(
            "sample-pod",
            namespace,
            List.of(
                new PodInterface("eth0", "enicc21c2d7785", Ip.parse("2600:1f13:aaa:100:8::a"), 254),
                new PodInterface(
                    "mNicIf1", "eni371892384a4", Ip.parse("2600:1f13:aaa:101:9::b"), 10101)));
    var wired = await(node.kernel().attach(pod)).interfaces();
    assertThat(shown("-6 rule"))
        .isEqualTo(
            """
            0: from fe80:ec2::1 ipproto ipv6-icmp lookup local
            20: from all lookup local
            512: from all to 2600:1f13:aaa:100:8::a lookup main
            512: from all to 2600:1f13:aaa:101:9::b lookup main
            1024: from all fwmark 0x80/0x80 lookup main
            1536: from 2600:1f13:aaa:101:9::b lookup 10101
            32765: from 2600:1f13:aaa:101::5 lookup 10101
            32766: from all lookup main
            """);
    assertThat(shown("-6 route show table 10101"))
        .isEqualTo(
            """
            fe80:ec2::1 dev eth1 metric 1024 pref medium
            default via fe80:ec2::1 dev eth1 metric 1024 pref medium
            """);
    // The sample shows the first interface; the second one's lines are of the same form.
    assertThat(NormalizedOutput.of("eni", node.onNode("-6 route show table main")))
        .isEqualTo(
            """
            2600:1f13:aaa:100:8::a dev enicc21c2d7785 metric 1024 pref medium
            2600:1f13:aaa:101:9::b dev eni371892384a4 metric 1024 pref medium
            fe80::/64 dev enicc21c2d7785 proto kernel metric 256 pref medium
            fe80::/64 dev eni371892384a4 proto kernel metric 256 pref medium
            """);
    assertThat(NormalizedOutput.of("eth1", node.onNode("-6 route show table main")))
        .as("the subnet stays behind the primary ENI")
        .isEqualTo("fe80::/64 dev eth1 proto kernel metric 256 pref medium\n");
    assertThat(await(node.kernel().applyHost(host)).changes()).isZero();
    TestNode.noDuplicateAddressDetection(namespace, "eth0");
    TestNode.noDuplicateAddressDetection(namespace, "mNicIf1");
    for (var own : List.of("2600:1f13:aaa:100:8::a", "2600:1f13:aaa:101:9::b")) {
      node.exec("ping -c1 -W1 " + own);
    }
    anIpv6PodFromWithin(namespace, wired.get(0).hostMac().toString());
  }

  /**
   * Checks the pod's second interface, which has a table of its own, unlike in the sample of a
   * plain pod.
   */
  private static void anIpv6PodFromWithin(String namespace, String gatewayMac) {
    var in = "-n " + namespace + " ";
    assertThat(NormalizedOutput.of("eth0", ip(in + "-6 route")))
        .isEqualTo(
            """
            2600:1f13:aaa:100:8::a dev eth0 proto kernel metric 256 pref medium
            fe80::1 dev eth0 metric 1024 pref medium
            fe80::/64 dev eth0 proto kernel metric 256 pref medium
            default via fe80::1 dev eth0 metric 1024 pref medium
            """);
    assertThat(NormalizedOutput.of("eth0 lladdr", ip(in + "-6 neigh show nud permanent")))
        .isEqualTo("fe80::1 dev eth0 lladdr " + gatewayMac + " PERMANENT\n");
  }
}
