package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests what is changed, kept, removed and restored of the SNAT and connection mark rules. {@code
 * ObservedIT} shows that they equal the reference's.
 */
class NetfilterIT extends NetfilterNamespace {
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void applyingTwiceChangesNothingTheSecondTime(String variant) throws Exception {
    var netfilter = netfilter(variant);
    var desired = desired(manyCidrs(false), Randomization.FULLY);
    assertThat(netfilter.apply(desired).iptables()).isPositive();
    assertThat(netfilter.apply(desired)).matches(changes -> changes.count() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void aChangedSettingLeavesNothingOfTheOldOne(String variant) throws Exception {
    var netfilter = netfilter(variant);
    var desired = desired(manyCidrs(false), Randomization.FULLY);
    netfilter.apply(
        new DesiredNetfilter(
            "eth9",
            Optional.of(manyCidrs(false)),
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
  @CsvSource({"iptables-nft, nftables", "iptables-legacy, iptables"})
  void theMarksMoveToTheBackendOfTheNodeAndNothingStaysInTheOther(String variant, String label)
      throws Exception {
    var other = variant.equals("iptables-nft") ? "iptables-legacy" : "iptables-nft";
    var desired = desired(manyCidrs(false), Randomization.FULLY);
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
  void bothChainsListTheNewestCidrFirstAndTheirLastRuleLast(String variant) throws Exception {
    netfilter(variant).apply(desired(manyCidrs(false), Randomization.FULLY));
    var order = Stream.of("10.13.0.0/16", "10.12.0.0/16", "10.11.0.0/16", "10.10.0.0/16").toList();
    assertThat(destinations(saved(variant), "-A AWS-SNAT-CHAIN-0 ")).isEqualTo(order);
    if (variant.equals("iptables-legacy")) {
      assertThat(destinations(saved(variant), "-A AWS-CONNMARK-CHAIN-0 ")).isEqualTo(order);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void whatAnOlderVersionOrAPersonLeftInOurChainsGoesAndTheRulesOfOthersStay(String variant)
      throws Exception {
    for (var command :
        List.of(
            "-N AWS-SNAT-CHAIN-0",
            "-N AWS-SNAT-CHAIN-1",
            "-N AWS-CONNMARK-CHAIN-1",
            "-A AWS-SNAT-CHAIN-0 -d 10.99.0.0/16 -m comment --comment \"AWS SNAT CHAN\" -j AWS-SNAT-CHAIN-1",
            "-A AWS-SNAT-CHAIN-0 -m comment --comment \"AWS, SNAT\" -m addrtype ! --dst-type LOCAL -j SNAT --to-source 10.0.0.4",
            "-N KUBE-POSTROUTING",
            "-A POSTROUTING -m comment --comment \"kubernetes postrouting rules\" -j KUBE-POSTROUTING",
            "-A POSTROUTING -s 10.1.0.0/16 -j AWS-SNAT-CHAIN-0",
            "-A POSTROUTING -s 10.2.0.0/16 -j MASQUERADE")) {
      var words = new ArrayList<>(List.of(variant, "-t", "nat"));
      words.addAll(io.vpccni.netprog.iptables.Rule.parse(command).words());
      inside.succeed(words, "");
    }
    netfilter(variant).apply(desired(manyCidrs(false), Randomization.FULLY));
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
    for (var command :
        List.of(
            "-N AWS-SNAT-CHAIN-1",
            "-N AWS-SNAT-CHAIN-2",
            "-A AWS-SNAT-CHAIN-1 -j RETURN",
            "-N MY",
            "-A MY -j AWS-SNAT-CHAIN-1")) {
      var words = new ArrayList<>(List.of(variant, "-t", "nat"));
      words.addAll(io.vpccni.netprog.iptables.Rule.parse(command).words());
      inside.succeed(words, "");
    }
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

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void anExclusionOfEverythingSurvivesASecondRun(String variant) throws Exception {
    var plain = node(false, true);
    var everything =
        new Ipv4Node(
            plain.primaryIp(), plain.vpcCidrs(), List.of(Cidr.parse("0.0.0.0/0")), false, true);
    var netfilter = netfilter(variant);
    netfilter.apply(desired(everything, Randomization.FULLY));
    assertThat(netfilter.apply(desired(everything, Randomization.FULLY)))
        .matches(changes -> changes.count() == 0);
    assertThat(saved(variant))
        .contains(
            "-A AWS-SNAT-CHAIN-0 -m comment --comment \"AWS SNAT CHAIN EXCLUSION\" -j RETURN");
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

  @Test
  void rulesThatSomebodyRemovedComeBackAndContentionIsReportedAndPaused() throws Exception {
    var events = new LinkedBlockingQueue<Event>();
    try (var reconciler =
        new NetfilterReconciler(
            netfilter("iptables-nft"), RulesetChanges.NONE, Duration.ofMillis(100), events::add)) {
      var changes =
          reconciler
              .keep(desired(node(false, true), Randomization.FULLY))
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertThat(changes.count()).isPositive();
      Optional<Event.Repaired> contested = Optional.empty();
      for (int round = 0; round < 5 && contested.isEmpty(); round++) {
        inside.succeed(List.of("iptables-nft", "-t", "nat", "-F", "AWS-SNAT-CHAIN-0"), "");
        var repaired = (Event.Repaired) Objects.requireNonNull(events.poll(20, TimeUnit.SECONDS));
        assertThat(repaired.what()).isEqualTo("iptables");
        assertThat(repaired.count()).isEqualTo(2);
        assertThat(saved("iptables-nft")).contains("--to-source 10.0.0.4");
        contested = Optional.of(repaired).filter(Event.Repaired::contested);
      }
      assertThat(contested)
          .get()
          .extracting(Event.Repaired::detail)
          .asString()
          .contains("another program");

      // Nobody removes anything any more: that is told as well.
      var over = Objects.requireNonNull(events.poll(20, TimeUnit.SECONDS));
      assertThat(over).isEqualTo(new Event.Repaired("iptables", 0, false, ""));
    }
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

  /** An agent that marks packets of pods before us, and sees behind us what has become of it. */
  private static final String OTHER_AGENT =
      """
      table ip other {
        chain marks {
          type filter hook prerouting priority mangle; policy accept;
          iifname "eni*" meta mark set meta mark | 0x01000000
        }
        chain seen {
          type filter hook prerouting priority dstnat + 50; policy accept;
          ip daddr 192.0.2.1 meta mark 0x01000080 counter
          ip daddr 10.0.9.9 meta mark 0x01000000 counter
        }
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void onlyOurBitsOfAPacketsMarkAreSet(String variant) throws Exception {
    netfilter(variant).apply(desired(node(false, true), Randomization.FULLY));
    inside.succeed(List.of("nft", "-f", "-"), OTHER_AGENT);
    for (var command :
        List.of(
            "link add eni0 type veth peer name pod",
            "link set pod netns " + podNamespace(),
            "link set lo up",
            "link set eni0 up",
            "addr add 169.254.1.1/32 dev eni0",
            "route add 10.0.0.5 dev eni0",
            "route add default dev eni0")) {
      inside.succeed(List.of(("ip " + command).split(" ", -1)), "");
    }
    for (var command :
        List.of(
            "link set pod up",
            "addr add 10.0.0.5/32 dev pod",
            "route add 169.254.1.1 dev pod",
            "route add default via 169.254.1.1")) {
      inPod("ip " + command);
    }
    // Nobody answers: that the packets get this far is all that matters.
    inPod("ping -c 1 -W 1 192.0.2.1");
    inPod("ping -c 1 -W 1 10.0.9.9");

    assertThat(inside.succeed(List.of("nft", "list", "chain", "ip", "other", "seen"), ""))
        .as("one leaves the VPC and is marked, the other stays in it")
        .contains("mark 0x01000080 counter packets 1 ", "mark 0x01000000 counter packets 1 ");
  }

  @ParameterizedTest
  @CsvSource({
    "iptables-nft, 0xffffffff",
    "iptables-nft, 0x80000000",
    "iptables-nft, 0x7fffffff",
    "iptables-nft, 0x1",
    "iptables-nft, 0xff00",
    "iptables-legacy, 0xffffffff",
    "iptables-legacy, 0x80000000"
  })
  void whateverTheMarkApplyingTwiceChangesNothingTheSecondTime(String variant, String mark)
      throws Exception {
    var everything = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("10.12.0.7/32"));
    var desired =
        new DesiredNetfilter(
            "eth0",
            Optional.of(
                new Ipv4Node(
                    Ip.parse("10.0.0.4"),
                    List.of(Cidr.parse("10.0.0.0/16")),
                    everything,
                    false,
                    true)),
            Integer.parseUnsignedInt(mark.substring(2), 16),
            List.of("eni"),
            Randomization.NONE,
            Optional.empty(),
            Set.of());
    var netfilter = netfilter(variant);
    netfilter.apply(desired);
    assertThat(netfilter.apply(desired)).matches(changes -> changes.count() == 0);
  }

  private static <T> T oneOf(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static List<Cidr> anyBlocks(Random random) {
    var blocks = List.of("0.0.0.0/0", "128.0.0.0/1", "10.0.0.0/16", "10.12.0.7/32");
    return blocks.stream().filter(_ -> random.nextInt(3) == 0).map(Cidr::parse).toList();
  }

  /** Empty lists, blocks of length 0 and 32, masks of all ones: each is printed in its own way. */
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void whateverTheSettingsApplyingTwiceChangesNothingTheSecondTime(String variant)
      throws Exception {
    var netfilter = netfilter(variant);
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      var desired =
          new DesiredNetfilter(
              oneOf(random, List.of("eth0", "ens5")),
              Optional.of(
                  new Ipv4Node(
                      Ip.parse("10.0.0.4"),
                      anyBlocks(random),
                      anyBlocks(random),
                      random.nextInt(4) == 0,
                      random.nextBoolean())),
              oneOf(random, List.of(0x80, 1, 0x8000_0000, 0x7fff_ffff, 0xff00, -1)),
              oneOf(random, List.of(List.of("eni"), List.of("a", "eni"))),
              oneOf(random, List.of(Randomization.values())),
              Optional.empty(),
              Set.of());
      netfilter.apply(desired);
      assertThat(netfilter.apply(desired))
          .as("seed %d: %s", seed, desired)
          .matches(changes -> changes.count() == 0);
    }
  }

  private static Ipv4Node manyCidrs(boolean externalSnat) {
    return new Ipv4Node(
        Ip.parse("10.0.0.4"),
        List.of(Cidr.parse("10.10.0.0/16"), Cidr.parse("10.11.0.0/16")),
        List.of(Cidr.parse("10.12.0.0/16"), Cidr.parse("10.13.0.0/16")),
        externalSnat,
        true);
  }

  private static List<String> destinations(String saved, String chain) {
    return saved
        .lines()
        .filter(line -> line.startsWith(chain) && line.contains(" -d "))
        .map(line -> io.vpccni.netprog.iptables.Rule.parse(line).value("-d"))
        .toList();
  }
}
