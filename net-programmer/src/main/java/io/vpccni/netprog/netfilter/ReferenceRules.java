package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.iptables.DesiredChain;
import io.vpccni.netprog.iptables.DesiredChain.Own;
import io.vpccni.netprog.iptables.DesiredChain.Place;
import io.vpccni.netprog.iptables.DesiredChain.Shared;
import io.vpccni.netprog.iptables.DesiredTable;
import io.vpccni.netprog.iptables.Rule;
import io.vpccni.netprog.iptables.Tables;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Egress;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.netfilter.EgressRules.Range;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Computes the node's iptables rules in the words of iptables-save. Chains, comments and order are
 * those of amazon-vpc-cni-k8s v1.23.1, because other programs and people look for them and a node
 * may go back to it.
 */
final class ReferenceRules {
  static final String SNAT_CHAIN = "AWS-SNAT-CHAIN-0";
  static final String CONNMARK_CHAIN = "AWS-CONNMARK-CHAIN-0";
  private static final List<String> OUR_CHAINS = List.of("AWS-SNAT-CHAIN", "AWS-CONNMARK-CHAIN");
  private static final Set<String> OUR_COMMENTS =
      Set.of(
          "AWS SNAT CHAIN",
          "AWS, primary ENI",
          "AWS, outbound connections",
          "AWS, CONNMARK",
          "AWS, egress");

  private static final Pattern MARK = Pattern.compile("0x[0-9a-f]{1,8}");

  private ReferenceRules() {}

  /** Tells whether connections that leave the VPC are translated to the node's address. */
  static boolean masks(DesiredNetfilter desired) {
    return desired.node().filter(node -> !node.externalSnat()).isPresent();
  }

  /** Tells whether such a translation is in place already. */
  static boolean masked(Tables present) {
    return present.rules("nat", "POSTROUTING").stream()
        .anyMatch(rule -> rule.target().equals(SNAT_CHAIN));
  }

  /** Computes the IPv4 tables. */
  static List<DesiredTable> ipv4(
      DesiredNetfilter desired, ConnmarkBackend backend, Tables present) {
    var tables = new ArrayList<DesiredTable>();
    desired
        .node()
        .ifPresent(
            node -> {
              tables.add(mangle(desired, node));
              tables.add(nat(desired, node, backend));
            });
    if (desired.egress().orElse(null) instanceof Egress.Ipv4 egress) {
      tables.addAll(egress(EgressRules.IPV4, true, egress.nodeIp(), desired, present));
    }
    return tables;
  }

  /** Computes the IPv6 tables; without egress, every rule of ours goes. */
  static List<DesiredTable> ipv6(DesiredNetfilter desired, Tables present) {
    return desired.egress().orElse(null) instanceof Egress.Ipv6 egress
        ? egress(EgressRules.IPV6, true, egress.nodeIp(), desired, present)
        : egress(EgressRules.IPV6, false, Optional.empty(), desired, present);
  }

  private static List<DesiredTable> egress(
      Range range, boolean blocked, Optional<Ip> nodeIp, DesiredNetfilter desired, Tables present) {
    var reference = new ReferenceEgressChains(desired.containers());
    return List.of(
        EgressRules.filter(range, blocked),
        EgressRules.nat(range, nodeIp, desired.randomization(), reference, present));
  }

  private static DesiredTable mangle(DesiredNetfilter desired, Ipv4Node node) {
    var rules = new ArrayList<Rule>();
    if (node.nodePort()) {
      rules.add(
          rule(
              "-i %s -m comment --comment \"AWS, primary ENI\" -m addrtype --dst-type LOCAL --limit-iface-in -j CONNMARK --set-xmark %s/%s",
              desired.primaryInterface(), mark(desired), mark(desired)));
    }
    if (node.nodePort() || !node.externalSnat()) {
      desired.vethPrefixes().forEach(prefix -> rules.add(restoreFor(desired, prefix)));
    }
    if (node.nodePort()) {
      rules.add(restoreFor(desired, "vlan"));
    }
    return new DesiredTable("mangle", List.of(shared("PREROUTING", rules)), _ -> false);
  }

  private static Rule restoreFor(DesiredNetfilter desired, String prefix) {
    return rule(
        "-i %s+ -m comment --comment \"AWS, primary ENI\" -j CONNMARK --restore-mark --nfmask %s --ctmask %s",
        prefix, mark(desired), mark(desired));
  }

  private static DesiredTable nat(
      DesiredNetfilter desired, Ipv4Node node, ConnmarkBackend backend) {
    var chains = new ArrayList<DesiredChain>();
    boolean snat = !node.externalSnat();
    // With external SNAT the empty chain stays, because the reference leaves it too and looks for
    // it.
    chains.add(new Own(SNAT_CHAIN, snat ? snatChain(desired, node) : List.of()));
    chains.add(
        shared(
            "POSTROUTING",
            snat
                ? List.of(rule("-m comment --comment \"AWS SNAT CHAIN\" -j " + SNAT_CHAIN))
                : List.of()));
    boolean connmark = snat && backend == ConnmarkBackend.IPTABLES;
    if (connmark) {
      chains.add(new Own(CONNMARK_CHAIN, connmarkChain(desired, node)));
    }
    chains.add(shared("PREROUTING", connmark ? connmarkJump(desired) : List.of()));
    return new DesiredTable("nat", chains, name -> OUR_CHAINS.stream().anyMatch(name::startsWith));
  }

  private static List<Rule> snatChain(DesiredNetfilter desired, Ipv4Node node) {
    var rules = new ArrayList<Rule>();
    node.excluded().reversed().forEach(cidr -> rules.add(exempt(cidr, "AWS SNAT CHAIN EXCLUSION")));
    node.vpcCidrs().reversed().forEach(cidr -> rules.add(exempt(cidr, "AWS SNAT CHAIN")));
    rules.add(
        rule(
            "! -o vlan+ -m comment --comment \"AWS, SNAT\" -m addrtype ! --dst-type LOCAL -j SNAT --to-source %s %s",
            node.primaryIp(), desired.randomization().flag()));
    return rules;
  }

  private static List<Rule> connmarkChain(DesiredNetfilter desired, Ipv4Node node) {
    var rules = new ArrayList<Rule>();
    exempt(node).reversed().forEach(cidr -> rules.add(exempt(cidr, "AWS CONNMARK CHAIN")));
    rules.add(
        rule(
            "-m comment --comment \"AWS, CONNMARK\" -j CONNMARK --set-xmark %s/%s",
            mark(desired), mark(desired)));
    return rules;
  }

  private static List<Rule> connmarkJump(DesiredNetfilter desired) {
    var rules = new ArrayList<Rule>();
    for (var prefix : desired.vethPrefixes()) {
      rules.add(
          rule(
              "-i %s+ -m comment --comment \"AWS, outbound connections\" -j %s",
              prefix, CONNMARK_CHAIN));
    }
    rules.add(
        rule(
            "-m comment --comment \"AWS, CONNMARK\" -j CONNMARK --restore-mark --nfmask %s --ctmask %s",
            mark(desired), mark(desired)));
    return rules;
  }

  /**
   * Returns the CIDRs whose connections are not marked: the VPC's, then the excluded ones, each
   * once.
   */
  static List<Cidr> exempt(Ipv4Node node) {
    var cidrs = new LinkedHashSet<>(node.vpcCidrs());
    cidrs.addAll(node.excluded());
    return List.copyOf(cidrs);
  }

  /**
   * Exempts a destination. iptables does not print a destination that matches everything, so none
   * is written for it.
   */
  private static Rule exempt(Cidr cidr, String comment) {
    var destination = cidr.prefix() == 0 ? "" : "-d " + cidr + " ";
    return rule("%s-m comment --comment \"%s\" -j RETURN", destination, comment);
  }

  private static Shared shared(String chain, List<Rule> rules) {
    return new Shared(chain, Place.TAIL, rules, ReferenceRules::isOurs);
  }

  /**
   * Recognizes our rules by comment or target, whatever prefix, mark or address they contain, so
   * that a changed setting leaves nothing behind.
   */
  static boolean isOurs(Rule rule) {
    return OUR_COMMENTS.contains(rule.comment())
        || OUR_CHAINS.stream().anyMatch(rule.target()::startsWith);
  }

  /** Returns the connection marks in the rules that are ours. */
  static Set<Integer> marks(Tables present) {
    return Stream.of("mangle", "nat")
        .flatMap(table -> present.chains(table).values().stream())
        .flatMap(List::stream)
        .filter(ReferenceRules::isOurs)
        .map(rule -> rule.value("--ctmask") + rule.value("--set-xmark").replaceFirst("/.*", ""))
        .filter(mark -> MARK.matcher(mark).matches())
        .map(mark -> Integer.parseUnsignedInt(mark.substring(2), 16))
        .collect(Collectors.toSet());
  }

  static Rule rule(String format, Object... arguments) {
    return Rule.parse(String.format(format, arguments));
  }

  private static String mark(DesiredNetfilter desired) {
    return "0x" + Integer.toHexString(desired.mark());
  }
}
