package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pool.PoolNumbers;
import java.util.List;
import java.util.function.IntFunction;

/** Adds up the figures of all network cards. */
public final class Totals {
  private Totals() {}

  public static PoolNumbers of(PoolState state) {
    return sum(state, Figures.cards(state), card -> Figures.of(state, card));
  }

  /** Adds up the figures that the transition has made of its state so far, and makes the others. */
  public static PoolNumbers of(Transition transition) {
    return sum(transition.state(), transition.cards(), transition::figures);
  }

  private static PoolNumbers sum(
      PoolState state, List<Integer> cards, IntFunction<Figures> figuresOf) {
    long assigned = 0;
    long free = 0;
    long cooling = 0;
    long quarantined = 0;
    long inFlight = 0;
    for (int card : cards) {
      var figures = figuresOf.apply(card);
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
