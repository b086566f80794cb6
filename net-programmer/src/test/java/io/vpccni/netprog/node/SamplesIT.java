package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The netfilter rules of amazon-vpc-cni-k8s v1.23.1 for a node with two VPC CIDRs and an excluded
 * one, and for the combinations of external SNAT and NodePort. Compared without counters and
 * without the lines of empty built-in chains. Which test shows which other sample is listed in
 * {@code docs/dataplane-checks.md}.
 */
@Timeout(120)
class SamplesIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final List<String> VPC = List.of("10.0.0.0/16", "100.64.0.0/16");
  private static final List<String> EXCLUDED = List.of("192.168.0.0/16");

  private static final String MANGLE =
      """
      -A PREROUTING -i eth0 -m comment --comment "AWS, primary ENI" -m addrtype --dst-type LOCAL --limit-iface-in -j CONNMARK --set-xmark 0x80/0x80
      -A PREROUTING -i eni+ -m comment --comment "AWS, primary ENI" -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80
      -A PREROUTING -i vlan+ -m comment --comment "AWS, primary ENI" -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80
      """;
  private static final String CONNMARK_JUMPS =
      """
      -A PREROUTING -i eni+ -m comment --comment "AWS, outbound connections" -j AWS-CONNMARK-CHAIN-0
      -A PREROUTING -m comment --comment "AWS, CONNMARK" -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80
      """;
  private static final String SNAT_JUMP =
      """
      -A POSTROUTING -m comment --comment "AWS SNAT CHAIN" -j AWS-SNAT-CHAIN-0
      """;
  private static final String CONNMARK_CHAIN =
      """
      -A AWS-CONNMARK-CHAIN-0 -d 192.168.0.0/16 -m comment --comment "AWS CONNMARK CHAIN" -j RETURN
      -A AWS-CONNMARK-CHAIN-0 -d 100.64.0.0/16 -m comment --comment "AWS CONNMARK CHAIN" -j RETURN
      -A AWS-CONNMARK-CHAIN-0 -d 10.0.0.0/16 -m comment --comment "AWS CONNMARK CHAIN" -j RETURN
      -A AWS-CONNMARK-CHAIN-0 -m comment --comment "AWS, CONNMARK" -j CONNMARK --set-xmark 0x80/0x80
      """;
  private static final String SNAT_CHAIN =
      """
      -A AWS-SNAT-CHAIN-0 -d 192.168.0.0/16 -m comment --comment "AWS SNAT CHAIN EXCLUSION" -j RETURN
      -A AWS-SNAT-CHAIN-0 -d 100.64.0.0/16 -m comment --comment "AWS SNAT CHAIN" -j RETURN
      -A AWS-SNAT-CHAIN-0 -d 10.0.0.0/16 -m comment --comment "AWS SNAT CHAIN" -j RETURN
      -A AWS-SNAT-CHAIN-0 ! -o vlan+ -m comment --comment "AWS, SNAT" -m addrtype ! --dst-type LOCAL -j SNAT --to-source 10.0.1.10 --random-fully
      """;
  private static final String NFT =
      """
      table ip aws-cni {
      chain nat-prerouting {
      type nat hook prerouting priority dstnat + 10; policy accept;
      fib daddr type local return
      iifname "eni*" counter jump snat-mark
      ct mark & 0x00000080 == 0x00000080 counter meta mark set meta mark | 0x00000080
      ct mark & 0x00000080 != 0x00000080 counter meta mark set meta mark & 0xffffff7f
      }
      chain snat-mark {
      counter ip daddr 192.168.0.0/16 return
      counter ip daddr 100.64.0.0/16 return
      counter ip daddr 10.0.0.0/16 return
      counter ct mark set ct mark | 0x00000080
      }
      }""";

  private static HostState host(
      boolean externalSnat, boolean nodePort, List<String> vpc, List<String> excluded) {
    return host(externalSnat, nodePort, vpc, excluded, false);
  }

  private static HostState host(
      boolean externalSnat,
      boolean nodePort,
      List<String> vpc,
      List<String> excluded,
      boolean egress) {
    return new HostState(
        false,
        new PrimaryEni(
            Mac.parse(MAC0),
            Ip.parse("10.0.1.10"),
            egress ? Optional.of(Ip.parse("2001:db8::1")) : Optional.empty()),
        new Cidrs(
            vpc.stream().map(Cidr::parse).toList(),
            excluded.stream().map(Cidr::parse).toList(),
            List.of()),
        new NatSettings(externalSnat, nodePort, SnatRandomization.FULLY, 0x80),
        9001,
        "eni",
        Optional.empty(),
        egress,
        List.of());
  }

  private static TestNode node(String variant) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    var node = new TestNode(variant);
    node.primary(MAC0, "10.0.1.10/24");
    return node;
  }

  private static String rules(TestNode node, String variant, String table) {
    return node.exec(variant + " -t " + table + " -S")
        .lines()
        .filter(line -> line.startsWith("-A "))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static List<String> ownChains(TestNode node, String variant) {
    return node.exec(variant + " -t nat -S")
        .lines()
        .filter(line -> line.startsWith("-N "))
        .map(line -> line.substring(3))
        .sorted()
        .toList();
  }

  private static void theSample(TestNode node, String variant) {
    boolean legacy = variant.equals("iptables-legacy");
    assertThat(rules(node, variant, "mangle")).isEqualTo(MANGLE);
    if (legacy) {
      assertThat(rules(node, variant, "nat"))
          .isEqualTo(CONNMARK_JUMPS + SNAT_JUMP + CONNMARK_CHAIN + SNAT_CHAIN);
      assertThat(ownChains(node, variant))
          .containsExactly("AWS-CONNMARK-CHAIN-0", "AWS-SNAT-CHAIN-0");
    } else {
      assertThat(rules(node, variant, "nat")).isEqualTo(SNAT_JUMP + SNAT_CHAIN);
      assertThat(ownChains(node, variant)).containsExactly("AWS-SNAT-CHAIN-0");
    }
    assertThat(ReferenceDump.nft(node)).isEqualTo(legacy ? "(table absent)" : NFT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void twoVpcCidrsAndAnExcludedOneThenExternalSnatAndBack(String variant) throws Exception {
    try (var node = node(variant)) {
      var host = host(false, true, VPC, EXCLUDED);
      await(node.kernel().sync(host, List.of(), List.of()));
      theSample(node, variant);
      assertThat(await(node.kernel().applyHost(host)).changes()).isZero();
      theSample(node, variant);

      await(node.kernel().applyHost(host(true, true, VPC, EXCLUDED)));
      assertThat(rules(node, variant, "nat")).isEmpty();
      assertThat(rules(node, variant, "mangle")).isEqualTo(MANGLE);
      assertThat(ownChains(node, variant)).containsExactly("AWS-SNAT-CHAIN-0");
      assertThat(ReferenceDump.nft(node)).isEqualTo("(table absent)");
      assertThat(node.onNode("rule")).contains("1024:");

      await(node.kernel().applyHost(host));
      theSample(node, variant);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void externalSnatWithoutNodePortAndWithoutCidrs(String variant) throws Exception {
    try (var node = node(variant)) {
      node.onNode("rule add prio 1024 fwmark 0x80/0x80 lookup main");
      await(node.kernel().sync(host(true, false, List.of(), List.of()), List.of(), List.of()));
      assertThat(node.onNode("link show eth0")).contains("mtu 9001");
      assertThat(node.onNode("rule")).doesNotContain("1024:");
      assertThat(rules(node, variant, "nat")).isEmpty();
      assertThat(rules(node, variant, "mangle")).isEmpty();
      assertThat(ReferenceDump.nft(node)).isEqualTo("(table absent)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void externalSnatWithNodePortAndIpv6Egress(String variant) throws Exception {
    try (var node = node(variant)) {
      await(node.kernel().sync(host(true, true, VPC, EXCLUDED, true), List.of(), List.of()));
      assertThat(rules(node, variant.replace("ip", "ip6"), "filter"))
          .isEqualTo(
              """
              -A FORWARD -d fd00::ac:0/118 -m conntrack --ctstate NEW -m comment --comment "Block Node Local Pod access via IPv6" -j REJECT --reject-with icmp6-port-unreachable
              """);
      assertThat(rules(node, variant, "mangle")).isEqualTo(MANGLE);
      assertThat(ownChains(node, variant)).containsExactly("AWS-SNAT-CHAIN-0");
      assertThat(rules(node, variant, "nat")).isEmpty();
    }
  }

  @Test
  void anIpv6NodeBlocksNodeLocalAddressesAndHasNoOtherRule() throws Exception {
    try (var node = node("iptables-legacy")) {
      node.onNode("addr add 2600:1f13:aaa:100::4/64 dev eth0 nodad");
      await(
          node.kernel().sync(SampleState.host(MAC0, "2600:1f13:aaa:100::4"), List.of(), List.of()));
      assertThat(rules(node, "iptables-legacy", "filter"))
          .isEqualTo(
              """
              -A FORWARD -d 169.254.172.0/22 -m conntrack --ctstate NEW -m comment --comment "Block Node Local Pod access via IPv4" -j REJECT --reject-with icmp-port-unreachable
              """);
      assertThat(rules(node, "iptables-legacy", "nat")).isEmpty();
      assertThat(rules(node, "iptables-legacy", "mangle")).isEmpty();
      assertThat(ReferenceDump.nft(node)).isEqualTo("(table absent)");
    }
  }
}
