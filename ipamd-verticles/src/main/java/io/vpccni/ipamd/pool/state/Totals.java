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
        limit(state, cards.size()),
        state.calls().queue().size(),
        state.cloud().lastError());
  }

  /** Leaves the primary ENI out under custom networking, where pods get no addresses of it. */
  private static long limit(PoolState state, int cards) {
    long all = Figures.limit(state) * cards;
    return state.context().settings().enis().customNetworking()
        ? all - Figures.limitOfEni(state)
        : all;
  }
}
