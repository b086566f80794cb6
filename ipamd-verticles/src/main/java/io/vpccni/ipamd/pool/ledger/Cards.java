package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the network cards whose addresses pods get. */
public final class Cards {
  private Cards() {}

  /**
   * Returns the cards in ascending order, with 0 always among them. A card above 0 that an EFA-only
   * ENI has for itself is left to it. A card without any ENI belongs to the pool and gets one.
   */
  public static List<Integer> managed(Optional<Limits> limits, EniMap enis) {
    int all = limits.map(Limits::networkCards).orElse(1);
    if (all == 1) {
      return List.of(0);
    }
    var managed = new ArrayList<Integer>();
    for (int card = 0; card < all; card++) {
      if (card == 0 || !leftToEfa(enis, card)) {
        managed.add(card);
      }
    }
    return List.copyOf(managed);
  }

  private static boolean leftToEfa(EniMap enis, int card) {
    boolean efaOnly = false;
    for (var eni : enis.values()) {
      if (eni.card() == card) {
        if (eni.facts().managed()) {
          return false;
        }
        efaOnly |= eni.facts().kind() == EniKind.EFA_ONLY;
      }
    }
    return efaOnly;
  }
}
