package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.ledger.Cards;
import io.vpccni.ipamd.pool.ledger.Tally;
import java.util.List;

/**
 * These are the numbers of one network card in the mode in force.
 *
 * @param tally the addresses of the CIDRs that new pods may use
 * @param units the CIDRs of the kind that is asked of EC2, which targets in prefixes count
 * @param uses what addresses are doing, in CIDRs of any kind
 * @param prefixes how many prefixes the card has, of either family
 * @param inFlight what EC2 was asked for and has not answered yet
 * @param enis the ENIs that take a slot
 */
public record Figures(
    int card, Tally tally, Units units, Uses uses, int prefixes, InFlight inFlight, Enis enis) {

  /**
   * @param free those without any use
   */
  public record Units(int all, int free) {}

  public record Uses(int assigned, int cooling, int quarantined) {}

  /**
   * @param addresses how many addresses were asked for
   * @param units how many CIDRs of the kind in force were asked for
   */
  public record InFlight(long addresses, int units) {}

  /**
   * @param attached those that EC2 has on the card, also unmanaged ones and those that are leaving
   * @param creating those that EC2 was asked to make
   * @param unmanaged those that take a slot and are not ours
   * @param trunk whether one of them is a trunk ENI
   */
  public record Enis(int attached, int creating, int unmanaged, boolean trunk) {}

  public static Figures of(PoolState state, int card) {
    var tally = Tally.NONE;
    int units = 0;
    int freeUnits = 0;
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
        units += usable.units(eni).blocks();
        freeUnits += usable.units(eni).freeBlocks();
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
        new Units(units, freeUnits),
        new Uses(assigned, cooling, quarantined),
        prefixes,
        new InFlight(inFlight, blocks),
        new Enis(enis, creating, unmanaged, trunk));
  }

  /** Returns how many addresses one CIDR of that kind gives. */
  public static long perBlock(AddressKind kind) {
    return switch (kind) {
      case SECONDARY_IP -> 1;
      case IPV4_PREFIX -> 16;
      case IPV6_PREFIX -> 1L << 48;
    };
  }

  /**
   * Returns how many addresses a card may hold with all its ENIs, or 0 while the limits are
   * unknown.
   */
  public static long limit(PoolState state) {
    return limitOfEni(state) * state.context().limits().map(Limits::enisPerCard).orElse(0);
  }

  /** Returns how many addresses one ENI may hold, or 0 while the limits are unknown. */
  static long limitOfEni(PoolState state) {
    return perBlock(state.context().settings().kind())
        * state.context().limits().map(Limits::slotsPerEni).orElse(0);
  }

  public static List<Integer> cards(PoolState state) {
    return Cards.managed(state.context().limits(), state.ledger().enis());
  }
}
