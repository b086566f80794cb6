package io.vpccni.ipamd.imds.service;

import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsReply.FactsReply;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the node, and which of it is the answer to somebody who asks. Pure.
 *
 * @param fresh the facts that IMDS gave since the start
 * @param checkpoint the facts of the process before, which count for as long as IMDS gives none
 * @param unreachable whether the last read failed
 */
record KnownFacts(Optional<NodeFacts> fresh, Optional<NodeFacts> checkpoint, boolean unreachable) {
  static final KnownFacts NONE = new KnownFacts(Optional.empty(), Optional.empty(), false);

  KnownFacts withCheckpoint(NodeFacts facts) {
    return new KnownFacts(fresh, Optional.of(facts), unreachable);
  }

  /** IMDS gave the node's facts. */
  KnownFacts read(NodeFacts facts) {
    return new KnownFacts(Optional.of(facts), checkpoint, false);
  }

  /** IMDS gave the VPC's CIDRs; the same ones in another order change nothing. */
  KnownFacts read(VpcCidrsChanged cidrs) {
    return fresh
        .filter(
            facts ->
                !same(cidrs.ipv4(), facts.vpc().ipv4Cidrs())
                    || !same(cidrs.ipv6(), facts.vpc().ipv6Cidrs()))
        .map(facts -> read(facts.withVpcCidrs(cidrs.ipv4(), cidrs.ipv6())))
        .orElse(this);
  }

  private static boolean same(List<Cidr> some, List<Cidr> others) {
    return Set.copyOf(some).equals(Set.copyOf(others));
  }

  /** IMDS did not answer. */
  KnownFacts failed() {
    return new KnownFacts(fresh, checkpoint, true);
  }

  KnownFacts reachable() {
    return new KnownFacts(fresh, checkpoint, false);
  }

  /**
   * Returns the answer that needs no read. While IMDS does not answer, nobody waits for it if the
   * checkpoint has the facts. Empty if IMDS has to be asked first.
   */
  Optional<FactsReply> withoutReading() {
    return fresh
        .<FactsReply>map(facts -> new ImdsReply.Facts(facts, true))
        .or(() -> unreachable ? ofCheckpoint() : Optional.empty());
  }

  /** Returns the answer after a read that failed. */
  FactsReply afterFailure(String why) {
    return ofCheckpoint().orElseGet(() -> new ImdsReply.Unavailable(why));
  }

  private Optional<FactsReply> ofCheckpoint() {
    return checkpoint.map(facts -> new ImdsReply.Facts(facts, false));
  }
}
