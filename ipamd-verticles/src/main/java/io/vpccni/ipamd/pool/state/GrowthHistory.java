package io.vpccni.ipamd.pool.state;

import java.time.Instant;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * This part knows how each network card, by its number, has been growing and shrinking.
 *
 * @param surplusSince since when a card has had more than it wants
 * @param last what a card got last, to see a ramp
 */
public record GrowthHistory(PMap<Integer, Instant> surplusSince, PMap<Integer, Grown> last) {
  static final GrowthHistory NONE = new GrowthHistory(TreePMap.empty(), TreePMap.empty());

  /** A card has grown by this many CIDRs at once. */
  public record Grown(Instant at, int count) {}

  public GrowthHistory surplus(int card, Instant since) {
    return new GrowthHistory(surplusSince.plus(card, since), last);
  }

  public GrowthHistory noSurplus(int card) {
    return new GrowthHistory(surplusSince.minus(card), last);
  }

  /** Forgets every surplus, so that each card must show one for the whole time again. */
  public GrowthHistory noSurplus() {
    return new GrowthHistory(TreePMap.empty(), last);
  }

  public GrowthHistory grew(int card, Grown grown) {
    return new GrowthHistory(surplusSince, last.plus(card, grown));
  }
}
