package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.netfilter.DesiredNetfilter.Egress;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import io.vpccni.netprog.tool.ToolFailed;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests egress of the other family. The reference makes a chain for each pod, which one rule for
 * all pods replaces (docs/differences.md, "egress of the other family"); its chains are recognised.
 */
class EgressRulesIT extends NetfilterNamespace {
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void egressOfTheOtherFamilyIsOneRuleForAllPodsAndABlockAtTheHead(String variant)
      throws Exception {
    var netfilter = netfilter(variant);
    var desired =
        new DesiredNetfilter(
            "eth0",
            Optional.of(node(false, true)),
            0x80,
            List.of("eni"),
            Randomization.FULLY,
            Optional.of(new Egress.Ipv6(Optional.of(Ip.parse("2001:db8::1")))),
            Set.of());
    netfilter.apply(desired);
    assertThat(netfilter.apply(desired)).matches(changes -> changes.count() == 0);
    assertThat(saved(variant.replace("ip", "ip6")))
        .contains(
            "-A FORWARD -d fd00::ac:0/118 -m conntrack --ctstate NEW -m comment --comment \"Block Node Local Pod access via IPv6\" -j REJECT --reject-with icmp6-port-unreachable")
        .contains(
            "-s fd00::ac:0/118 ! -d ff00::/8 -m comment --comment \"AWS, egress\" -j SNAT --to-source 2001:db8::1 --random-fully");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void chainsOfTheReferencesEgressPluginGoWithTheirPods(String variant) throws Exception {
    var ip6 = variant.replace("ip", "ip6");
    for (var pod :
        List.of(
            new Pod("CNI-E6-5740307710ebfd5fb24f5", "fd00::ac:5", "containerId-123"),
            new Pod("CNI-E6-e335b08ae90730d0a659a", "fd00::ac:6", "containerId-789"))) {
      referenceEgress(ip6, pod, "ff00::/8", "2001:db8::1");
    }
    inside.succeed(List.of(ip6, "-t", "nat", "-N", "CNI-E6-000000000000000000000"), "");
    inside.succeed(List.of(ip6, "-t", "nat", "-N", "CNI-DN-5740307710ebfd5fb24f5"), "");
    var netfilter = netfilter(variant);
    var desired = withEgress(Set.of("containerId-123", "containerId-789"));

    assertThat(netfilter.apply(desired).referenceEgress()).isTrue();
    assertThat(saved(ip6))
        .as("both pods live")
        .contains("CNI-E6-5740307710ebfd5fb24f5", "CNI-E6-e335b08ae90730d0a659a")
        .contains("-s fd00::ac:5/128 ")
        .as("of a pod that went while nobody looked")
        .doesNotContain("CNI-E6-00000");

    netfilter.apply(withEgress(Set.of("containerId-789")));
    assertThat(saved(ip6))
        .doesNotContain("CNI-E6-5740307710ebfd5fb24f5", "-s fd00::ac:5/128 ")
        .contains("CNI-E6-e335b08ae90730d0a659a", "CNI-DN-5740307710ebfd5fb24f5");

    netfilter.apply(withEgress(Set.of()));
    assertThat(netfilter.apply(withEgress(Set.of())))
        .matches(changes -> changes.count() == 0 && !changes.referenceEgress());
    assertThat(saved(ip6)).doesNotContain("CNI-E6").contains("AWS, egress");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void egressThatNoPodHasAnyMoreLeavesNothingAlsoAfterARestart(String variant) throws Exception {
    var ip6 = variant.replace("ip", "ip6");
    netfilter(variant).apply(withEgress(Set.of()));
    assertThat(saved(ip6)).contains("AWS, egress", "Block Node Local Pod access");

    netfilter(variant).apply(desired(node(false, true), Randomization.FULLY));

    assertThat(saved(ip6)).doesNotContain("AWS, egress").doesNotContain("Block Node Local");
  }

  /**
   * The chain that the reference makes for a pod of an IPv6 node stays while the pod lives, beside
   * the rule for all pods that replaces it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void theReferencesPodOnAnIpv6NodeIsKeptAsItWasUntilItGoes(String variant) throws Exception {
    var sample =
        """
        -A POSTROUTING -s 169.254.172.10/32 -m comment --comment "name: \\"aws-cni\\" id: \\"containerId-123\\"" -j CNI-E4-5740307710ebfd5fb24f5
        -A CNI-E4-5740307710ebfd5fb24f5 -d 224.0.0.0/4 -m comment --comment "name: \\"aws-cni\\" id: \\"containerId-123\\"" -j ACCEPT
        -A CNI-E4-5740307710ebfd5fb24f5 -m comment --comment "name: \\"aws-cni\\" id: \\"containerId-123\\"" -j SNAT --to-source 192.168.1.123 --random-fully
        """;
    var ours =
        """
        -A POSTROUTING -s 169.254.172.0/22 ! -d 224.0.0.0/4 -m comment --comment "AWS, egress" -j SNAT --to-source 192.168.1.123 --random-fully
        """;
    referenceEgress(
        variant,
        new Pod("CNI-E4-5740307710ebfd5fb24f5", "169.254.172.10", "containerId-123"),
        "224.0.0.0/4",
        "192.168.1.123");
    assertThat(rules(variant)).isEqualTo(sample);

    netfilter(variant).apply(ipv6Node(Set.of("containerId-123")));
    assertThat(rules(variant).lines())
        .containsExactlyInAnyOrder((sample + ours).strip().split("\n", -1));

    netfilter(variant).apply(ipv6Node(Set.of()));
    assertThat(rules(variant)).isEqualTo(ours);
  }

  private String rules(String variant) throws ToolFailed {
    return inside
        .succeed(List.of(variant + "-save", "-t", "nat"), "")
        .lines()
        .filter(line -> line.startsWith("-A "))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private record Pod(String chain, String ip, String container) {}

  /** Makes the chain with the commands of the reference's plugin. */
  private void referenceEgress(String iptables, Pod pod, String multicast, String node)
      throws ToolFailed {
    var comment = "name: \"aws-cni\" id: \"" + pod.container() + "\"";
    var chain = pod.chain();
    for (var words :
        List.of(
            List.of("-N", chain),
            List.of("-A", chain, "-d", multicast, "-j", "ACCEPT"),
            List.of("-A", chain, "-j", "SNAT", "--to-source", node, "--random-fully"),
            List.of("-A", "POSTROUTING", "-s", pod.ip(), "-j", chain))) {
      var command = new ArrayList<>(List.of(iptables, "-t", "nat"));
      command.addAll(words);
      if (words.size() > 2) {
        command.addAll(List.of("-m", "comment", "--comment", comment));
      }
      inside.succeed(command, "");
    }
  }

  private static DesiredNetfilter ipv6Node(Set<String> containers) {
    return new DesiredNetfilter(
        "eth0",
        Optional.empty(),
        0x80,
        List.of("eni"),
        Randomization.FULLY,
        Optional.of(new Egress.Ipv4(Optional.of(Ip.parse("192.168.1.123")))),
        containers);
  }

  private static DesiredNetfilter withEgress(Set<String> containers) {
    return new DesiredNetfilter(
        "eth0",
        Optional.of(node(false, true)),
        0x80,
        List.of("eni"),
        Randomization.FULLY,
        Optional.of(new Egress.Ipv6(Optional.of(Ip.parse("2001:db8::1")))),
        containers);
  }
}
