package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.ledger.Cards;
import io.vpccni.ipamd.pool.ledger.Tally;
import java.util.List;

/**
 * One network card in numbers, in the mode in force.
 *
 * @param tally of the CIDRs that new pods may use
 * @param units CIDRs of the kind that the mode asks for: what targets in prefixes count
 * @param freeUnits those without any use
 * @param assigned by pods, in CIDRs of any kind
 * @param inFlight addresses asked of EC2, not answered yet
 * @param unitsInFlight CIDRs of that kind asked of EC2, not answered yet
 * @param enis that take a slot and are not about to leave, unmanaged ones included
 * @param creating ENIs that are being made
 * @param unmanaged ENIs that take a slot and are not ours
 * @param trunk whether a trunk ENI is attached
 */
public record Figures(
    int card,
    Tally tally,
    int units,
    int freeUnits,
    int assigned,
    int cooling,
    int quarantined,
    int prefixes,
    long inFlight,
    int unitsInFlight,
    int enis,
    int creating,
    int unmanaged,
    boolean trunk) {

  public static Figures of(PoolState state, int card) {
    var tally = Tally.NONE;
    var units = Tally.NONE;
    int assigned = 0;
    int cooling = 0;
    int quarantined = 0;
    int prefixes = 0;
    int enis = 0;
    int unmanaged = 0;
    boolean trunk = false;
    var usable = Usable.in(state);
    for (var eni : state.ledger().enis().values()) {
      if (eni.card() != card) {
        continue;
      }
      enis++;
      unmanaged += eni.facts().managed() ? 0 : 1;
      trunk |= eni.facts().kind() == EniKind.TRUNK;
      assigned += eni.singles().assigned() + eni.prefixes().assigned();
      cooling += eni.singles().cooling() + eni.prefixes().cooling();
      quarantined += eni.singles().quarantined() + eni.prefixes().quarantined();
      prefixes += eni.prefixes().blocks();
      if (eni.counts()) {
        tally = tally.plus(usable.of(eni));
        units = units.plus(usable.units(eni));
      }
    }
    long inFlight = 0;
    int blocks = 0;
    int creating = 0;
    for (var asked : state.cloud().inFlight().values()) {
      switch (asked) {
        case InFlightRequest.ToAssign(var eni, var kind, var count, var _) -> {
          var onto = state.ledger().enis().get(eni);
          if (onto != null && onto.card() == card && onto.counts()) {
            inFlight += count * perBlock(kind);
            blocks += kind == state.context().settings().kind() ? count : 0;
          }
        }
        case InFlightRequest.ToCreate(var onto, var kind, var count, var _) -> {
          if (onto == card) {
            inFlight += count * perBlock(kind);
            blocks += kind == state.context().settings().kind() ? count : 0;
            creating++;
          }
        }
        case InFlightRequest.ToUnassign _,
            InFlightRequest.ToFree _,
            InFlightRequest.ToDescribe _,
            InFlightRequest.ToListVeths _ -> {}
      }
    }
    return new Figures(
        card,
        tally,
        units.blocks(),
        units.freeBlocks(),
        assigned,
        cooling,
        quarantined,
        prefixes,
        inFlight,
        blocks,
        enis,
        creating,
        unmanaged,
        trunk);
  }

  /** Addresses that one CIDR of that kind gives. */
  public static long perBlock(AddressKind kind) {
    return switch (kind) {
      case SECONDARY_IP -> 1;
      case IPV4_PREFIX -> 16;
      case IPV6_PREFIX -> 1L << 48;
    };
  }

  /** Addresses that the card may hold with all its ENIs; 0 while the limits are unknown. */
  public static long limit(PoolState state) {
    return state
        .context()
        .limits()
        .map(
            limits ->
                Math.multiplyFull(limits.enisPerCard(), limits.slotsPerEni())
                    * perBlock(state.context().settings().kind()))
        .orElse(0L);
  }

  public static List<Integer> cards(PoolState state) {
    return Cards.managed(state.context().limits(), state.ledger().enis());
  }
}
