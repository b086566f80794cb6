package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.iptables.ChainWish;
import io.vpccni.netprog.iptables.ChainWish.Own;
import io.vpccni.netprog.iptables.ChainWish.Place;
import io.vpccni.netprog.iptables.ChainWish.Shared;
import io.vpccni.netprog.iptables.Rule;
import io.vpccni.netprog.iptables.TableWish;
import io.vpccni.netprog.iptables.Tables;
import io.vpccni.netprog.netfilter.EgressRules.Range;
import io.vpccni.netprog.netfilter.NetfilterWish.Egress;
import io.vpccni.netprog.netfilter.NetfilterWish.Ipv4Node;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The iptables rules of a node, in the words of iptables-save. Chains, comments and order are those
 * of amazon-vpc-cni-k8s v1.23.1: other programs and people look for them, and a node may go back to
 * it.
 */
final class Wishes {
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

  private Wishes() {}

  /** Whether connections that leave the VPC get the node's address. */
  static boolean masks(NetfilterWish wish) {
    return wish.node().filter(node -> !node.externalSnat()).isPresent();
  }

  /** Whether they do already. */
  static boolean masked(Tables present) {
    return present.rules("nat", "POSTROUTING").stream()
        .anyMatch(rule -> rule.target().equals(SNAT_CHAIN));
  }

  /** For iptables. */
  static List<TableWish> ipv4(NetfilterWish wish, ConnmarkBackend backend, Tables present) {
    var tables = new ArrayList<TableWish>();
    wish.node()
        .ifPresent(
            node -> {
              tables.add(mangle(wish, node));
              tables.add(nat(wish, node, backend));
            });
    if (wish.egress().orElse(null) instanceof Egress.Ipv4 egress) {
      tables.addAll(egress(EgressRules.IPV4, true, egress.nodeIp(), wish, present));
    }
    return tables;
  }

  /** For ip6tables; without egress nothing of it stays. */
  static List<TableWish> ipv6(NetfilterWish wish, Tables present) {
    return wish.egress().orElse(null) instanceof Egress.Ipv6 egress
        ? egress(EgressRules.IPV6, true, egress.nodeIp(), wish, present)
        : egress(EgressRules.IPV6, false, Optional.empty(), wish, present);
  }

  private static List<TableWish> egress(
      Range range, boolean blocked, Optional<Ip> nodeIp, NetfilterWish wish, Tables present) {
    var reference = new ReferenceEgress(wish.containers());
    return List.of(
        EgressRules.filter(range, blocked),
        EgressRules.nat(range, nodeIp, wish.randomization(), reference, present));
  }

  private static TableWish mangle(NetfilterWish wish, Ipv4Node node) {
    var rules = new ArrayList<Rule>();
    if (node.nodePort()) {
      rules.add(
          rule(
              "-i %s -m comment --comment \"AWS, primary ENI\" -m addrtype --dst-type LOCAL --limit-iface-in -j CONNMARK --set-xmark %s/%s",
              wish.primaryInterface(), mark(wish), mark(wish)));
    }
    if (node.nodePort() || !node.externalSnat()) {
      wish.vethPrefixes().forEach(prefix -> rules.add(restoreFor(wish, prefix)));
    }
    if (node.nodePort()) {
      rules.add(restoreFor(wish, "vlan"));
    }
    return new TableWish("mangle", List.of(shared("PREROUTING", rules)), _ -> false);
  }

  private static Rule restoreFor(NetfilterWish wish, String prefix) {
    return rule(
        "-i %s+ -m comment --comment \"AWS, primary ENI\" -j CONNMARK --restore-mark --nfmask %s --ctmask %s",
        prefix, mark(wish), mark(wish));
  }

  private static TableWish nat(NetfilterWish wish, Ipv4Node node, ConnmarkBackend backend) {
    var chains = new ArrayList<ChainWish>();
    boolean snat = !node.externalSnat();
    // The empty chain stays with external SNAT: the reference leaves it too, and looks for it.
    chains.add(new Own(SNAT_CHAIN, snat ? snatChain(wish, node) : List.of()));
    chains.add(
        shared(
            "POSTROUTING",
            snat
                ? List.of(rule("-m comment --comment \"AWS SNAT CHAIN\" -j " + SNAT_CHAIN))
                : List.of()));
    boolean connmark = snat && backend == ConnmarkBackend.IPTABLES;
    if (connmark) {
      chains.add(new Own(CONNMARK_CHAIN, connmarkChain(wish, node)));
    }
    chains.add(shared("PREROUTING", connmark ? connmarkJump(wish) : List.of()));
    return new TableWish("nat", chains, name -> OUR_CHAINS.stream().anyMatch(name::startsWith));
  }

  private static List<Rule> snatChain(NetfilterWish wish, Ipv4Node node) {
    var rules = new ArrayList<Rule>();
    node.excluded().reversed().forEach(cidr -> rules.add(exempt(cidr, "AWS SNAT CHAIN EXCLUSION")));
    node.vpcCidrs().reversed().forEach(cidr -> rules.add(exempt(cidr, "AWS SNAT CHAIN")));
    rules.add(
        rule(
            "! -o vlan+ -m comment --comment \"AWS, SNAT\" -m addrtype ! --dst-type LOCAL -j SNAT --to-source %s %s",
            node.primaryIp(), wish.randomization().flag()));
    return rules;
  }

  private static List<Rule> connmarkChain(NetfilterWish wish, Ipv4Node node) {
    var rules = new ArrayList<Rule>();
    exempt(node).reversed().forEach(cidr -> rules.add(exempt(cidr, "AWS CONNMARK CHAIN")));
    rules.add(
        rule(
            "-m comment --comment \"AWS, CONNMARK\" -j CONNMARK --set-xmark %s/%s",
            mark(wish), mark(wish)));
    return rules;
  }

  private static List<Rule> connmarkJump(NetfilterWish wish) {
    var rules = new ArrayList<Rule>();
    for (var prefix : wish.vethPrefixes()) {
      rules.add(
          rule(
              "-i %s+ -m comment --comment \"AWS, outbound connections\" -j %s",
              prefix, CONNMARK_CHAIN));
    }
    rules.add(
        rule(
            "-m comment --comment \"AWS, CONNMARK\" -j CONNMARK --restore-mark --nfmask %s --ctmask %s",
            mark(wish), mark(wish)));
    return rules;
  }

  /** The CIDRs whose connections are not marked: the VPC's, then the excluded ones; each once. */
  static List<Cidr> exempt(Ipv4Node node) {
    var cidrs = new LinkedHashSet<>(node.vpcCidrs());
    cidrs.addAll(node.excluded());
    return List.copyOf(cidrs);
  }

  /** iptables does not print a destination that matches everything. */
  private static Rule exempt(Cidr cidr, String comment) {
    var destination = cidr.prefix() == 0 ? "" : "-d " + cidr + " ";
    return rule("%s-m comment --comment \"%s\" -j RETURN", destination, comment);
  }

  private static Shared shared(String chain, List<Rule> rules) {
    return new Shared(chain, Place.TAIL, rules, Wishes::isOurs);
  }

  /**
   * By comment or target, whatever the prefix, mark or address in it: so a changed setting leaves
   * nothing behind.
   */
  static boolean isOurs(Rule rule) {
    return OUR_COMMENTS.contains(rule.comment())
        || OUR_CHAINS.stream().anyMatch(rule.target()::startsWith);
  }

  static Rule rule(String format, Object... arguments) {
    return Rule.parse(String.format(format, arguments));
  }

  private static String mark(NetfilterWish wish) {
    return "0x" + Integer.toHexString(wish.mark());
  }
}
