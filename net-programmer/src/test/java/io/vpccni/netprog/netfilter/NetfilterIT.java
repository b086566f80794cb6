package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.netfilter.NetfilterWish.Egress;
import io.vpccni.netprog.netfilter.NetfilterWish.Ipv4Node;
import io.vpccni.netprog.netfilter.NetfilterWish.Randomization;
import io.vpccni.netprog.tool.Tool;
import io.vpccni.netprog.tool.ToolFailed;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against the kernel, with both variants of iptables, in a namespace of its own; read back with the
 * tools themselves.
 */
class NetfilterIT {
  private static final Tool HOST = new Tool(List.of(), Duration.ofSeconds(20));
  private final String namespace = "netfilter-" + ProcessHandle.current().pid();
  private final Tool inside =
      new Tool(List.of("ip", "netns", "exec", namespace), Duration.ofSeconds(20));

  @BeforeEach
  void namespace() throws ToolFailed {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    HOST.run(List.of("ip", "netns", "del", namespace), "");
    HOST.succeed(List.of("ip", "netns", "add", namespace), "");
  }

  @AfterEach
  void noNamespace() throws ToolFailed {
    HOST.run(List.of("ip", "netns", "del", namespace), "");
  }

  /**
   * The dumps of the reference in src/test/resources/observed, each with the setting it was taken
   * with.
   */
  static Stream<Object[]> observed() {
    var plain = node(false, true);
    return Stream.of(
        new Object[] {"default.txt", wish(plain, Randomization.FULLY)},
        new Object[] {
          "exclude.txt",
          wish(
              new Ipv4Node(
                  plain.primaryIp(),
                  plain.vpcCidrs(),
                  List.of(Cidr.parse("192.168.0.0/16"), Cidr.parse("172.20.0.0/16")),
                  false,
                  true),
              Randomization.FULLY)
        },
        new Object[] {"externalsnat.txt", wish(node(true, true), Randomization.FULLY)},
        new Object[] {"extsvc.txt", wish(plain, Randomization.FULLY)},
        new Object[] {"nodeport-off.txt", wish(node(false, false), Randomization.FULLY)},
        new Object[] {"podeni.txt", wish(plain, Randomization.FULLY)},
        new Object[] {"random-hash.txt", wish(plain, Randomization.HASH)},
        new Object[] {"random-none.txt", wish(plain, Randomization.NONE)});
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("observed")
  void theRulesAreThoseThatTheReferenceMade(String dump, NetfilterWish wish) throws Exception {
    var netfilter = netfilter("iptables-nft");
    netfilter.apply(wish);
    assertThat(saved("iptables-nft")).isEqualTo(section(dump, "## iptables-save"));
    assertThat(nftTable()).isEqualTo(section(dump, "## nft list table ip aws-cni"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void applyingTwiceChangesNothingTheSecondTime(String variant) throws Exception {
    var netfilter = netfilter(variant);
    var wish = wish(manyCidrs(false), Randomization.FULLY);
    assertThat(netfilter.apply(wish).iptables()).isPositive();
    assertThat(netfilter.apply(wish)).matches(changes -> changes.count() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void aChangedSettingLeavesNothingOfTheOldOne(String variant) throws Exception {
    var netfilter = netfilter(variant);
    var wish = wish(manyCidrs(false), Randomization.FULLY);
    netfilter.apply(
        new NetfilterWish(
            "eth9",
            Optional.of(manyCidrs(false)),
            0x100,
            List.of("veth"),
            Randomization.NONE,
            Optional.empty(),
            Set.of()));
    netfilter.apply(wish);
    var changed = saved(variant) + nftTable();
    fresh();
    netfilter.apply(wish);
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
    var wish = wish(manyCidrs(false), Randomization.FULLY);
    if (other.equals("iptables-nft")) {
      netfilter(other).apply(wish);
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
    netfilter.apply(wish);
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
    netfilter(variant).apply(wish(manyCidrs(false), Randomization.FULLY));
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
    netfilter(variant).apply(wish(manyCidrs(false), Randomization.FULLY));
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
  void anExclusionOfEverythingSurvivesASecondRun(String variant) throws Exception {
    var plain = node(false, true);
    var everything =
        new Ipv4Node(
            plain.primaryIp(), plain.vpcCidrs(), List.of(Cidr.parse("0.0.0.0/0")), false, true);
    var netfilter = netfilter(variant);
    netfilter.apply(wish(everything, Randomization.FULLY));
    assertThat(netfilter.apply(wish(everything, Randomization.FULLY)))
        .matches(changes -> changes.count() == 0);
    assertThat(saved(variant))
        .contains(
            "-A AWS-SNAT-CHAIN-0 -m comment --comment \"AWS SNAT CHAIN EXCLUSION\" -j RETURN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void egressOfTheOtherFamilyIsOneRuleForAllPodsAndABlockAtTheHead(String variant)
      throws Exception {
    var netfilter = netfilter(variant);
    var wish =
        new NetfilterWish(
            "eth0",
            Optional.of(node(false, true)),
            0x80,
            List.of("eni"),
            Randomization.FULLY,
            Optional.of(new Egress.Ipv6(Optional.of(Ip.parse("2001:db8::1")))),
            Set.of());
    netfilter.apply(wish);
    assertThat(netfilter.apply(wish)).matches(changes -> changes.count() == 0);
    assertThat(saved(variant.replace("ip", "ip6")))
        .contains(
            "-A FORWARD -d fd00::ac:0/118 -m conntrack --ctstate NEW -m comment --comment \"Block Node Local Pod access via IPv6\" -j REJECT --reject-with icmp6-port-unreachable")
        .contains(
            "-s fd00::ac:0/118 ! -d ff00::/8 -m comment --comment \"AWS, egress\" -j SNAT --to-source 2001:db8::1 --random-fully");
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
    netfilter("iptables-nft").apply(wish(node(false, true), Randomization.FULLY));
    assertThat(nftTable()).contains("priority dstnat + 10").doesNotContain("10.77.");
  }

  @Test
  void rulesThatSomebodyRemovedComeBackAndAFightIsReportedAndPaused() throws Exception {
    var events = new LinkedBlockingQueue<Event>();
    try (var keeper =
        new NetfilterKeeper(
            netfilter("iptables-nft"), RulesetNews.NONE, Duration.ofMillis(100), events::add)) {
      var changes =
          keeper
              .keep(wish(node(false, true), Randomization.FULLY))
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertThat(changes).isPositive();
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

  private Netfilter netfilter(String variant) throws ToolFailed {
    return Netfilter.detect(inside, new Binaries(variant), () -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void chainsOfTheReferencesEgressPluginGoWithTheirPods(String variant) throws Exception {
    var ip6 = variant.replace("ip", "ip6");
    referenceEgress(ip6, "CNI-E6-5740307710ebfd5fb24f5", "fd00::ac:5", "containerId-123");
    referenceEgress(ip6, "CNI-E6-e335b08ae90730d0a659a", "fd00::ac:6", "containerId-789");
    inside.succeed(List.of(ip6, "-t", "nat", "-N", "CNI-E6-000000000000000000000"), "");
    inside.succeed(List.of(ip6, "-t", "nat", "-N", "CNI-DN-5740307710ebfd5fb24f5"), "");
    var netfilter = netfilter(variant);
    var wish = withEgress(Set.of("containerId-123", "containerId-789"));

    assertThat(netfilter.apply(wish).referenceEgress()).isTrue();
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
    assertThat(netfilter.apply(withEgress(Set.of()))).isEqualTo(new Netfilter.Changes(0, 0, false));
    assertThat(saved(ip6)).doesNotContain("CNI-E6").contains("AWS, egress");
  }

  /** With the plugin's own commands. */
  private void referenceEgress(String ip6, String chain, String ip, String container)
      throws ToolFailed {
    var comment = "name: \"aws-cni\" id: \"" + container + "\"";
    for (var words :
        List.of(
            List.of("-N", chain),
            List.of("-A", chain, "-d", "ff00::/8", "-j", "ACCEPT"),
            List.of("-A", chain, "-j", "SNAT", "--to-source", "2001:db8::1", "--random-fully"),
            List.of("-A", "POSTROUTING", "-s", ip, "-j", chain))) {
      var command = new ArrayList<>(List.of(ip6, "-t", "nat"));
      command.addAll(words);
      if (words.size() > 2) {
        command.addAll(List.of("-m", "comment", "--comment", comment));
      }
      inside.succeed(command, "");
    }
  }

  private static NetfilterWish withEgress(Set<String> containers) {
    return new NetfilterWish(
        "eth0",
        Optional.of(node(false, true)),
        0x80,
        List.of("eni"),
        Randomization.FULLY,
        Optional.of(new Egress.Ipv6(Optional.of(Ip.parse("2001:db8::1")))),
        containers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void egressThatNoPodHasAnyMoreLeavesNothingAlsoAfterARestart(String variant) throws Exception {
    var ip6 = variant.replace("ip", "ip6");
    netfilter(variant).apply(withEgress(Set.of()));
    assertThat(saved(ip6)).contains("AWS, egress", "Block Node Local Pod access");

    netfilter(variant).apply(wish(node(false, true), Randomization.FULLY));

    assertThat(saved(ip6)).doesNotContain("AWS, egress").doesNotContain("Block Node Local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void podsThatAreOlderThanTheVethPrefixKeepTheirMarks(String variant) throws Exception {
    var netfilter = netfilter(variant);
    netfilter.apply(wish(node(false, true), Randomization.FULLY));
    var both =
        new NetfilterWish(
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

  private static Ipv4Node node(boolean externalSnat, boolean nodePort) {
    return new Ipv4Node(
        Ip.parse("10.0.0.4"),
        List.of(Cidr.parse("10.0.0.0/16")),
        List.of(),
        externalSnat,
        nodePort);
  }

  private static Ipv4Node manyCidrs(boolean externalSnat) {
    return new Ipv4Node(
        Ip.parse("10.0.0.4"),
        List.of(Cidr.parse("10.10.0.0/16"), Cidr.parse("10.11.0.0/16")),
        List.of(Cidr.parse("10.12.0.0/16"), Cidr.parse("10.13.0.0/16")),
        externalSnat,
        true);
  }

  private static NetfilterWish wish(Ipv4Node node, Randomization randomization) {
    return new NetfilterWish(
        "eth0", Optional.of(node), 0x80, List.of("eni"), randomization, Optional.empty(), Set.of());
  }

  private void fresh() throws ToolFailed {
    HOST.succeed(List.of("ip", "netns", "del", namespace), "");
    HOST.succeed(List.of("ip", "netns", "add", namespace), "");
  }

  /** Without comments and counters, tables in the order of their names, each once. */
  private String saved(String variant) throws ToolFailed {
    var text = inside.succeed(List.of(variant + "-save"), "");
    var tables = new ArrayList<String>();
    for (var table :
        text.replaceAll("(?m)^#.*\n", "")
            .replaceAll(" \\[\\d+:\\d+\\]", "")
            .split("(?<=COMMIT\n)", -1)) {
      if (!table.isBlank()) {
        tables.add(table.strip());
      }
    }
    tables.sort(null);
    return String.join("\n", tables);
  }

  private String nftTable() throws ToolFailed {
    var result = inside.run(List.of("nft", "-s", "list", "table", "ip", "aws-cni"), "");
    return result.exit() != 0
        ? "(table absent)"
        : result
            .output()
            .replace("\t", " ")
            .replaceAll("(?m)^ +|\\s+$", "")
            .replaceAll("\n\n", "\n");
  }

  private static String section(String dump, String title) throws IOException {
    var text = Files.readString(Path.of("src/test/resources/observed", dump));
    var from = text.indexOf(title + "\n") + title.length() + 1;
    int to = text.indexOf("\n## ", from);
    return text.substring(from, to < 0 ? text.length() : to)
        .replaceAll("(?m)^ +", "")
        .replaceAll("\n\n", "\n")
        .strip();
  }

  private static List<String> destinations(String saved, String chain) {
    return saved
        .lines()
        .filter(line -> line.startsWith(chain) && line.contains(" -d "))
        .map(line -> io.vpccni.netprog.iptables.Rule.parse(line).value("-d"))
        .toList();
  }
}
