package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.Cloud.SubnetKey;
import java.time.Instant;
import org.pcollections.PMap;

/**
 * Which CIDRs new pods may use: those of the kind that is asked of EC2, and single addresses in the
 * place of prefixes where a subnet has no contiguous /28 left.
 *
 * @param kind that is asked of EC2
 * @param singles subnets without a free /28
 */
record Usable(AddressKind kind, PMap<SubnetKey, Instant> singles) {
  static Usable in(PoolState state) {
    return new Usable(state.context().settings().kind(), state.cloud().singles());
  }

  /** Those of an ENI. */
  Tally of(EniState eni) {
    return switch (kind) {
      case SECONDARY_IP -> eni.singles();
      case IPV4_PREFIX -> singlesToo(eni) ? eni.all() : eni.prefixes();
      case IPV6_PREFIX -> eni.prefixes();
    };
  }

  /** Those of an ENI that are of the kind that is asked of EC2: what targets in prefixes count. */
  Tally units(EniState eni) {
    return kind == AddressKind.SECONDARY_IP ? eni.singles() : eni.prefixes();
  }

  boolean has(EniState eni, Block block) {
    return block.single()
        ? kind == AddressKind.SECONDARY_IP || (kind == AddressKind.IPV4_PREFIX && singlesToo(eni))
        : kind != AddressKind.SECONDARY_IP;
  }

  boolean singlesToo(EniState eni) {
    return !singles.isEmpty() && singles.containsKey(new SubnetKey(eni.facts().subnet().value()));
  }
}
