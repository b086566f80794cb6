package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every dump of the reference in src/test/resources/observed, every section of it that describes
 * the node or a pod, made by the whole of net-programmer in a namespace and read back with the same
 * commands. They were taken with the nft variant; with legacy iptables the rules are the same, but
 * for the connection marks, which are then in the nat table as the reference puts them there.
 *
 * <p>Not from here: the other files, which are the agent's (metrics, checkpoint, introspection).
 * Not compared: MACs that the kernel draws, numbers of links, and the broadcast address of eth0,
 * which the node's image sets.
 */
@Timeout(120)
class ObservedIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final String MAC2 = "02:00:00:71:f9:f8";

  /** A dump and the settings under which it was taken. */
  private record Case(
      String file,
      List<String> excluded,
      List<String> services,
      boolean externalSnat,
      boolean nodePort,
      SnatRandomization randomization,
      Optional<PodSecurityGroupMode> podEni) {
    @Override
    public String toString() {
      return file;
    }
  }

  private static Case plain(String file) {
    return new Case(
        file, List.of(), List.of(), false, true, SnatRandomization.FULLY, Optional.empty());
  }

  private static Stream<Object[]> cases() {
    var cases =
        List.of(
            plain("default.txt"),
            new Case(
                "exclude.txt",
                List.of("192.168.0.0/16", "172.20.0.0/16"),
                List.of(),
                false,
                true,
                SnatRandomization.FULLY,
                Optional.empty()),
            new Case(
                "externalsnat.txt",
                List.of(),
                List.of(),
                true,
                true,
                SnatRandomization.FULLY,
                Optional.empty()),
            new Case(
                "extsvc.txt",
                List.of(),
                List.of("10.100.0.0/16"),
                false,
                true,
                SnatRandomization.FULLY,
                Optional.empty()),
            new Case(
                "nodeport-off.txt",
                List.of(),
                List.of(),
                false,
                false,
                SnatRandomization.FULLY,
                Optional.empty()),
            new Case(
                "podeni.txt",
                List.of(),
                List.of(),
                false,
                true,
                SnatRandomization.FULLY,
                Optional.of(PodSecurityGroupMode.STRICT)),
            new Case(
                "random-hash.txt",
                List.of(),
                List.of(),
                false,
                true,
                SnatRandomization.HASH,
                Optional.empty()),
            new Case(
                "random-none.txt",
                List.of(),
                List.of(),
                false,
                true,
                SnatRandomization.NONE,
                Optional.empty()));
    return cases.stream()
        .flatMap(
            one ->
                Stream.of("iptables-nft", "iptables-legacy")
                    .map(variant -> new Object[] {one, variant}));
  }

  private static HostState host(Case one, SecondaryEni... enis) {
    return new HostState(
        false,
        new PrimaryEni(Mac.parse(MAC0), Ip.parse("10.0.0.4"), Optional.empty()),
        new Cidrs(
            List.of(Cidr.parse("10.0.0.0/16")),
            one.excluded().stream().map(Cidr::parse).toList(),
            one.services().stream().map(Cidr::parse).toList()),
        new NatSettings(one.externalSnat(), one.nodePort(), one.randomization(), 0x80),
        9001,
        "eni",
        one.podEni(),
        false,
        List.of(enis));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void theNodeIsAsTheReferenceLeftIt(Case one, String variant) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    var observed = ReferenceDump.read(one.file());
    try (var node = new TestNode(variant)) {
      boolean three = one.file().equals("default.txt");
      if (three) {
        node.eni("eth1", MAC1);
        node.eni("eth2", MAC2);
      }
      node.primary(MAC0, "10.0.0.4/18");
      node.onNode("route add default via 10.0.0.1 dev eth0");
      // The reference set its ENIs up in this order, and rules of one priority keep theirs.
      await(node.kernel().sync(host(one), List.of(), List.of()));
      if (three) {
        await(
            node.kernel()
                .applyHost(
                    host(
                        one,
                        SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2),
                        SampleState.eni("eni-2", MAC2, "10.0.13.10", "10.0.0.0/18", 0, 2, 3))));
      }
      int number = 0;
      var namespace = "";
      for (var seen : observed.pods()) {
        var made = node.podNamespace();
        namespace = number == 0 ? made : namespace;
        await(
            node.kernel().attach(pod("rp" + ++number, made, seen.veth(), seen.ip(), seen.table())));
      }
      assertThat(ReferenceDump.normal(node.onNode("rule"))).isEqualTo(observed.section("ip rule"));
      assertThat(node.onNode("-6 rule"))
          .isEqualTo("0:\tfrom all lookup local\n32766:\tfrom all lookup main\n");
      assertThat(ReferenceDump.normal(node.onNode("-4 route show table all")))
          .isEqualTo(observed.section("ip route show table all"));
      assertThat(ReferenceDump.saved(node.exec(variant + "-save")))
          .isEqualTo(
              variant.equals("iptables-nft")
                  ? observed.section("iptables-save")
                  : legacy(observed.section("iptables-save"), one));
      assertThat(ReferenceDump.nft(node))
          .isEqualTo(variant.equals("iptables-nft") ? observed.connmarkTable() : "(table absent)");
      if (three) {
        theLinks(node, observed);
        thePod(node, observed, namespace);
      }
    }
  }

  private static void theLinks(TestNode node, ReferenceDump observed) {
    var links =
        Stream.of("eth0", "eniab8be2270a5", "eth1", "eth2")
            .map(name -> node.onNode("addr show " + name))
            .collect(Collectors.joining());
    assertThat(link(links)).isEqualTo(link(observed.section("ip addr (ENIs and one host veth)")));
  }

  private static void thePod(TestNode node, ReferenceDump observed, String namespace) {
    var in = "-n " + namespace + " ";
    assertThat(ReferenceDump.normal(ip(in + "rule")))
        .isEqualTo(observed.section("pod rp1: ip rule"));
    assertThat(ReferenceDump.normal(ip(in + "-4 route")))
        .isEqualTo(observed.section("pod rp1: ip route"));
    var neighbours = observed.section("pod rp1: ip neigh");
    var mac =
        node.onNode("link show eniab8be2270a5").replaceAll("(?s).*link/ether (\\S+) .*", "$1");
    assertThat(ReferenceDump.normal(ip(in + "neigh")))
        .isEqualTo(neighbours.replaceAll("lladdr \\S+", "lladdr " + mac));
    assertThat(link(ip(in + "addr"))).isEqualTo(link(observed.section("pod rp1: ip addr")));
    assertThat(node.exec("cat /proc/sys/net/ipv6/conf/eniab8be2270a5/accept_ra")).isEqualTo("0\n");
  }

  /** Returns the text without indexes, random MACs and what follows from them, and lifetimes. */
  private static String link(String text) {
    return text.lines()
        .map(line -> line.replaceFirst("^\\d+: ", "").replaceFirst("@if\\d+|@[a-z0-9-]+", "@x"))
        .map(line -> line.replaceFirst(" group default.*", "").stripTrailing())
        .map(line -> line.replaceFirst("^    link/ether (\\S+).*", "    link/ether $1"))
        .map(
            line ->
                line.startsWith("    link/ether 02:00:00:")
                    ? line
                    : line.replaceFirst("link/ether .*", "link/ether x"))
        .map(line -> line.replaceFirst("inet6 fe80::\\S+ scope link.*", "inet6 fe80 scope link"))
        .filter(line -> !line.contains("valid_lft") && !line.contains("link/loopback"))
        .map(line -> line.replaceFirst("^(eth\\d|eni\\w+)@x", "$1"))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Returns the dump as a legacy node has it, with the specification's rules C1 to C4 at the places
   * where its sample shows them.
   */
  private static String legacy(String dump, Case one) {
    if (one.externalSnat()) {
      return dump;
    }
    var exempt = new ArrayList<>(List.of("10.0.0.0/16"));
    exempt.addAll(one.excluded());
    var chain =
        exempt.reversed().stream()
            .map(
                cidr ->
                    "-A AWS-CONNMARK-CHAIN-0 -d "
                        + cidr
                        + " -m comment --comment \"AWS CONNMARK CHAIN\" -j RETURN\n")
            .collect(Collectors.joining());
    return dump.replace(":AWS-SNAT-CHAIN-0 -", ":AWS-CONNMARK-CHAIN-0 -\n:AWS-SNAT-CHAIN-0 -")
        .replace(
            "-A POSTROUTING -m comment --comment \"AWS SNAT CHAIN\"",
            """
            -A PREROUTING -i eni+ -m comment --comment "AWS, outbound connections" -j AWS-CONNMARK-CHAIN-0
            -A PREROUTING -m comment --comment "AWS, CONNMARK" -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80
            -A POSTROUTING -m comment --comment "AWS SNAT CHAIN\"""")
        .replaceFirst(
            "-A AWS-SNAT-CHAIN-0 ",
            Matcher.quoteReplacement(
                chain
                    + "-A AWS-CONNMARK-CHAIN-0 -m comment --comment \"AWS, CONNMARK\" -j CONNMARK --set-xmark 0x80/0x80\n"
                    + "-A AWS-SNAT-CHAIN-0 "));
  }
}
