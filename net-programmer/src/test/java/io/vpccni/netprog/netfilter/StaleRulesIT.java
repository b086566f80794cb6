package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import io.vpccni.netprog.tool.ToolFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests what becomes of rules that former settings, an older version, another backend or a person
 * left in our chains.
 */
class StaleRulesIT extends NetfilterNamespace {
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void aChangedSettingLeavesNothingOfTheOldOne(String variant) throws Exception {
    var netfilter = netfilter(variant);
    var desired = desired(manyCidrs(), Randomization.FULLY);
    netfilter.apply(
        new DesiredNetfilter(
            "eth9",
            Optional.of(manyCidrs()),
            0x100,
            List.of("veth"),
            Randomization.NONE,
            Optional.empty(),
            Set.of()));
    netfilter.apply(desired);
    var changed = saved(variant) + nftTable();
    fresh();
    netfilter.apply(desired);
    assertThat(changed)
        .isEqualTo(saved(variant) + nftTable())
        .contains("0x80")
        .doesNotContain("veth");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void podsThatAreOlderThanTheVethPrefixKeepTheirMarks(String variant) throws Exception {
    var netfilter = netfilter(variant);
    netfilter.apply(desired(node(false, true), Randomization.FULLY));
    var both =
        new DesiredNetfilter(
            "eth0",
            Optional.of(node(false, true)),
            0x80,
            List.of("pod", "eni"),
            Randomization.FULLY,
            Optional.empty(),
            Set.of());
    netfilter.apply(both);
    assertThat(netfilter.apply(both).count()).isZero();
    assertThat(saved(variant)).contains("-i pod+ ", "-i eni+ ");
    assertThat(saved(variant) + nftTable())
        .containsPattern("(iifname \"pod\\*\" counter jump|-i pod\\+ .* -j AWS-CONNMARK-CHAIN-0)")
        .containsPattern("(iifname \"eni\\*\" counter jump|-i eni\\+ .* -j AWS-CONNMARK-CHAIN-0)");
  }

  @ParameterizedTest
  @CsvSource({"iptables-nft, nftables", "iptables-legacy, iptables"})
  void theMarksMoveToTheBackendOfTheNodeAndNothingStaysInTheOther(String variant, String label)
      throws Exception {
    var other = variant.equals("iptables-nft") ? "iptables-legacy" : "iptables-nft";
    var desired = desired(manyCidrs(), Randomization.FULLY);
    if (other.equals("iptables-nft")) {
      netfilter(other).apply(desired);
    } else {
      inside.succeed(List.of("iptables-nft", "-t", "nat", "-N", "AWS-CONNMARK-CHAIN-0"), "");
      inside.succeed(
          List.of(
              "iptables-nft",
              "-t",
              "nat",
              "-A",
              "PREROUTING",
              "-i",
              "eni+",
              "-m",
              "comment",
              "--comment",
              "AWS, outbound connections",
              "-j",
              "AWS-CONNMARK-CHAIN-0"),
          "");
    }
    var netfilter = netfilter(variant);
    assertThat(netfilter.backend().label()).isEqualTo(label);
    netfilter.apply(desired);
    if (label.equals("nftables")) {
      assertThat(nftTable()).contains("snat-mark");
      assertThat(saved(variant)).doesNotContain("CONNMARK-CHAIN");
    } else {
      assertThat(nftTable()).isEqualTo("(table absent)");
      assertThat(saved(variant))
          .contains(
              "-A AWS-CONNMARK-CHAIN-0 -m comment --comment \"AWS, CONNMARK\" -j CONNMARK --set-xmark 0x80/0x80");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void whatAnOlderVersionOrAPersonLeftInOurChainsGoesAndTheRulesOfOthersStay(String variant)
      throws Exception {
    givenNat(
        variant,
        "-N AWS-SNAT-CHAIN-0",
        "-N AWS-SNAT-CHAIN-1",
        "-N AWS-CONNMARK-CHAIN-1",
        "-A AWS-SNAT-CHAIN-0 -d 10.99.0.0/16 -m comment --comment \"AWS SNAT CHAN\" -j AWS-SNAT-CHAIN-1",
        "-A AWS-SNAT-CHAIN-0 -m comment --comment \"AWS, SNAT\" -m addrtype ! --dst-type LOCAL -j SNAT --to-source 10.0.0.4",
        "-N KUBE-POSTROUTING",
        "-A POSTROUTING -m comment --comment \"kubernetes postrouting rules\" -j KUBE-POSTROUTING",
        "-A POSTROUTING -s 10.1.0.0/16 -j AWS-SNAT-CHAIN-0",
        "-A POSTROUTING -s 10.2.0.0/16 -j MASQUERADE");
    netfilter(variant).apply(desired(manyCidrs(), Randomization.FULLY));
    assertThat(saved(variant))
        .doesNotContain("CHAN\"")
        .doesNotContain("CHAIN-1")
        .doesNotContain("10.99.")
        .doesNotContain("10.1.0.0")
        .contains("-j KUBE-POSTROUTING")
        .contains("-s 10.2.0.0/16 -j MASQUERADE")
        .contains("! -o vlan+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void aStaleChainThatSomebodyUsesStaysAndTheNodeGetsItsRulesAllTheSame(String variant)
      throws Exception {
    givenNat(
        variant,
        "-N AWS-SNAT-CHAIN-1",
        "-N AWS-SNAT-CHAIN-2",
        "-A AWS-SNAT-CHAIN-1 -j RETURN",
        "-N MY",
        "-A MY -j AWS-SNAT-CHAIN-1");
    var netfilter = netfilter(variant);
    var desired = desired(node(false, true), Randomization.FULLY);

    assertThat(netfilter.apply(desired).complaints())
        .singleElement()
        .asString()
        .contains("chain AWS-SNAT-CHAIN-1 of table nat", "chain MY");
    assertThat(saved(variant))
        .contains("-A AWS-SNAT-CHAIN-1 -j RETURN", "-A MY -j AWS-SNAT-CHAIN-1", "-j SNAT")
        .doesNotContain("AWS-SNAT-CHAIN-2");
    assertThat(netfilter.apply(desired)).matches(changes -> changes.count() == 0);

    inside.succeed(List.of(variant, "-t", "nat", "-F", "MY"), "");
    assertThat(netfilter.apply(desired).complaints()).isEmpty();
    assertThat(saved(variant)).doesNotContain("AWS-SNAT-CHAIN-1");
  }

  @Test
  void aBaseChainWithAnotherPriorityIsMadeAnew() throws Exception {
    inside.succeed(
        List.of("nft", "-f", "-"),
        """
        add table ip aws-cni
        add chain ip aws-cni nat-prerouting { type nat hook prerouting priority -100; policy accept; }
        add chain ip aws-cni snat-mark
        add rule ip aws-cni nat-prerouting iifname "eni*" counter jump snat-mark
        add rule ip aws-cni snat-mark counter ip daddr 10.77.0.0/16 return
        """);
    netfilter("iptables-nft").apply(desired(node(false, true), Randomization.FULLY));
    assertThat(nftTable()).contains("priority dstnat + 10").doesNotContain("10.77.");
  }

  /** Has commands about the table nat carried out, as something else on the node would. */
  private void givenNat(String variant, String... commands) throws ToolFailed {
    for (var command : commands) {
      var words = new ArrayList<>(List.of(variant, "-t", "nat"));
      words.addAll(io.vpccni.netprog.iptables.Rule.parse(command).words());
      inside.succeed(words, "");
    }
  }
}
