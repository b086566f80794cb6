package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Tally;
import io.vpccni.ipamd.pool.state.Cloud.SubnetKey;
import java.time.Instant;
import org.pcollections.PMap;

/**
 * Knows which CIDRs new pods may use: those of the kind that is asked of EC2, and single addresses
 * instead of prefixes where a subnet has no contiguous /28 left.
 *
 * @param kind that is asked of EC2
 * @param singles subnets without a free /28
 */
public record Usable(AddressKind kind, PMap<SubnetKey, Instant> singles) {
  public static Usable in(PoolState state) {
    return new Usable(state.context().settings().kind(), state.cloud().singles());
  }

  /** Returns the sums of those of an ENI. */
  public Tally of(EniState eni) {
    return switch (kind) {
      case SECONDARY_IP -> eni.singles();
      case IPV4_PREFIX -> singlesToo(eni) ? eni.all() : eni.prefixes();
      case IPV6_PREFIX -> eni.prefixes();
    };
  }

  /**
   * Returns the sums of those that are of the kind asked of EC2, which targets in prefixes count.
   */
  public Tally units(EniState eni) {
    return kind == AddressKind.SECONDARY_IP ? eni.singles() : eni.prefixes();
  }

  public boolean has(EniState eni, Block block) {
    return block.single()
        ? kind == AddressKind.SECONDARY_IP || (kind == AddressKind.IPV4_PREFIX && singlesToo(eni))
        : kind != AddressKind.SECONDARY_IP;
  }

  public boolean singlesToo(EniState eni) {
    return !singles.isEmpty() && singles.containsKey(new SubnetKey(eni.facts().subnet().value()));
  }
}
