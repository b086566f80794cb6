package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.pool.state.Figures;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.Transition;

/**
 * Counts the addresses that ENIs which EC2 is making or filling will be able to hold beyond what
 * was asked for.
 */
final class PendingRoom {
  private PendingRoom() {}

  /** Returns how many more addresses the ENIs of a card can hold once EC2 has answered. */
  static long addresses(Transition transition, int card) {
    long addresses = 0;
    for (var asked : transition.cloud.inFlight().values()) {
      addresses += addresses(transition, card, asked);
    }
    return addresses;
  }

  private static long addresses(Transition transition, int card, InFlightRequest asked) {
    return switch (asked) {
      case InFlightRequest.ToAssign(var id, var kind, var count, var _) -> {
        var eni = transition.ledger.enis().get(id);
        yield eni != null && eni.card() == card
            ? Math.max(EniRoom.openSlots(transition, eni) - count, 0) * Figures.perBlock(kind)
            : 0;
      }
      case InFlightRequest.ToCreate(var onto, var kind, var count, var _) ->
          onto == card
              ? Math.max(NewEni.slots(transition, kind) - count, 0) * Figures.perBlock(kind)
              : 0;
      case InFlightRequest.ToUnassign _,
          InFlightRequest.ToFree _,
          InFlightRequest.ToDescribe _,
          InFlightRequest.ToListVeths _ ->
          0;
    };
  }
}
