package io.vpccni.ipamd.imds.service;

import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * This is what IMDS has said of the node. It is pure.
 *
 * @param facts what IMDS said since the start, which stays whatever comes
 * @param unreachable whether the last read failed
 */
record KnownFacts(Optional<NodeFacts> facts, boolean unreachable) {
  static final KnownFacts NONE = new KnownFacts(Optional.empty(), false);

  /** IMDS gave the node's facts. */
  KnownFacts read(NodeFacts facts) {
    return new KnownFacts(Optional.of(facts), false);
  }

  /** IMDS gave the VPC's CIDRs; the same ones in another order change nothing. */
  KnownFacts read(VpcCidrsChanged cidrs) {
    return facts
        .filter(
            known ->
                !same(cidrs.ipv4(), known.vpc().ipv4Cidrs())
                    || !same(cidrs.ipv6(), known.vpc().ipv6Cidrs()))
        .map(known -> read(known.withVpcCidrs(cidrs.ipv4(), cidrs.ipv6())))
        .orElse(this);
  }

  private static boolean same(List<Cidr> some, List<Cidr> others) {
    return Set.copyOf(some).equals(Set.copyOf(others));
  }

  /** IMDS did not answer. */
  KnownFacts failed() {
    return new KnownFacts(facts, true);
  }

  KnownFacts reachable() {
    return new KnownFacts(facts, false);
  }
}
