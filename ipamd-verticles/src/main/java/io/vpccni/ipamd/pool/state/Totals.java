package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pool.PoolNumbers;

/** Adds up the figures of all network cards. */
public final class Totals {
  private Totals() {}

  public static PoolNumbers of(PoolState state) {
    long assigned = 0;
    long free = 0;
    long cooling = 0;
    long quarantined = 0;
    long inFlight = 0;
    var cards = Figures.cards(state);
    for (int card : cards) {
      var figures = Figures.of(state, card);
      assigned += figures.uses().assigned();
      free += figures.tally().free();
      cooling += figures.uses().cooling();
      quarantined += figures.uses().quarantined();
      inFlight += figures.inFlight().addresses();
    }
    return new PoolNumbers(
        assigned + free + cooling,
        assigned,
        free,
        cooling,
        quarantined,
        inFlight,
        Figures.limit(state) * cards.size(),
        state.calls().queue().size(),
        state.cloud().lastError());
  }
}
