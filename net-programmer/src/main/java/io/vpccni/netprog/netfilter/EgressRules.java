package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.iptables.DesiredChain.Place;
import io.vpccni.netprog.iptables.DesiredChain.Shared;
import io.vpccni.netprog.iptables.DesiredTable;
import io.vpccni.netprog.iptables.Rule;
import io.vpccni.netprog.iptables.Tables;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/**
 * Computes the rules for node-local egress addresses. The reference makes a chain for each pod; one
 * rule for the whole range does the same, needs no program to be run when a pod comes, and cannot
 * leak.
 */
final class EgressRules {
  /**
   * Describes the range of one family, from which ipamd gives each pod an address, and what belongs
   * to it.
   */
  record Range(String cidr, String multicast, String blockComment, String reject) {}

  static final Range IPV4 =
      new Range(
          "169.254.172.0/22",
          "224.0.0.0/4",
          "Block Node Local Pod access via IPv4",
          "icmp-port-unreachable");
  static final Range IPV6 =
      new Range(
          "fd00::ac:0/118",
          "ff00::/8",
          "Block Node Local Pod access via IPv6",
          "icmp6-port-unreachable");

  private EgressRules() {}

  /** Rejects connections to node-local addresses, which exist for outbound traffic only. */
  static DesiredTable filter(Range range, boolean blocked) {
    var block =
        ReferenceRules.rule(
            "-d %s -m conntrack --ctstate NEW -m comment --comment \"%s\" -j REJECT --reject-with %s",
            range.cidr(), range.blockComment(), range.reject());
    return new DesiredTable(
        "filter",
        List.of(
            new Shared(
                "FORWARD",
                Place.HEAD,
                blocked ? List.of(block) : List.of(),
                rule -> rule.comment().equals(range.blockComment()))),
        _ -> false);
  }

  /**
   * Translates egress to the node's address.
   *
   * @param nodeIp the address to translate to; nothing is translated if it is empty
   * @param reference the reference's chains, of which those of departed pods are removed
   */
  static DesiredTable nat(
      Range range,
      Optional<Ip> nodeIp,
      DesiredNetfilter.Randomization randomization,
      ReferenceEgressChains reference,
      Tables present) {
    var rules =
        nodeIp
            .map(
                ip ->
                    List.of(
                        ReferenceRules.rule(
                            "-s %s ! -d %s -m comment --comment \"AWS, egress\" -j SNAT --to-source %s %s",
                            range.cidr(), range.multicast(), ip, randomization.flag())))
            .orElse(List.<Rule>of());
    return new DesiredTable(
        "nat",
        List.of(
            new Shared(
                "POSTROUTING",
                Place.TAIL,
                rules,
                rule -> rule.comment().equals("AWS, egress") || reference.stale(rule))),
        reference.staleChains(present)::contains);
  }
}
