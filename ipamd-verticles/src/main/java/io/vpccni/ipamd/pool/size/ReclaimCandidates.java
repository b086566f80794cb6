package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.Usable;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds what a card can do without. Whole ENIs come first, since they take the fewest calls. */
final class ReclaimCandidates {
  /**
   * An ENI younger than this is not freed. amazon-vpc-cni-k8s has the same rule, against going
   * round in circles.
   */
  static final Duration ENI_AGE = Duration.ofMinutes(1);

  private ReclaimCandidates() {}

  /**
   * Returns CIDRs by their ENI, where an empty list means the whole ENI. Nothing of it is in use in
   * any way.
   */
  static Map<EniId, List<Cidr>> choose(Transition transition, int card) {
    var candidates = new LinkedHashMap<EniId, List<Cidr>>();
    addUnusable(transition, card, candidates);
    if (!candidates.isEmpty() || transition.settings().kind() == AddressKind.IPV6_PREFIX) {
      return candidates;
    }
    var sizing = Sizing.of(transition, transition.figures(card));
    long over = sizing.surplus();
    boolean counted = transition.settings().targets().ipTargetsDefined() || card > 0;
    var emptiest = new ArrayList<>(transition.ledger.enis().values());
    emptiest.removeIf(eni -> eni.card() != card || !eni.counts());
    emptiest.sort(
        Comparator.comparingInt((EniState eni) -> eni.all().assigned())
            .thenComparing(eni -> -eni.facts().deviceNumber()));
    var usable = transition.usable();
    for (var eni : emptiest) {
      if (!freeable(transition, eni)) {
        continue;
      }
      long free = usable.of(eni).free();
      int units = usable.units(eni).freeBlocks();
      boolean within = !(counted || sizing.prefixes()) || units <= over;
      if (within && sizing.maySpare(free, units)) {
        candidates.put(eni.id(), List.of());
        sizing = sizing.without(free, units);
        over -= units;
      }
    }
    for (var eni : emptiest) {
      if (over <= 0) {
        break;
      }
      if (!candidates.containsKey(eni.id())) {
        var cidrs = unused(transition, eni, over);
        if (!cidrs.isEmpty()) {
          candidates.put(eni.id(), cidrs);
          over -= cidrs.size();
        }
      }
    }
    return candidates;
  }

  /** Tells whether nothing on the ENI is used and no reason to keep it holds. */
  private static boolean freeable(Transition transition, EniState eni) {
    return eni.mayEverBeFreed()
        && (transition.context.node().schedulable()
            || transition.settings().ec2().manageNonSchedulable())
        && eni.all().inUse() == 0
        && !transition.within(eni.since(), ENI_AGE);
  }

  /**
   * Returns unused CIDRs, the newest first, because those that pods have used are known to work.
   */
  private static List<Cidr> unused(Transition transition, EniState eni, long most) {
    boolean singles = transition.settings().kind() == AddressKind.SECONDARY_IP;
    return eni.blocks().values().stream()
        .filter(block -> block.state() == BlockState.LIVE && block.unused())
        .filter(block -> block.single() == singles)
        .sorted(Comparator.comparing((Block block) -> block.since()).reversed())
        .limit(most)
        .map(block -> block.cidr())
        .toList();
  }

  /**
   * Tells by the sums alone whether there may be such CIDRs, which spares a look at thousands of
   * addresses in each decision.
   */
  private static boolean mayHaveUnusable(Usable usable, EniState eni) {
    return (usable.kind() == AddressKind.SECONDARY_IP ? eni.prefixes() : eni.singles()).freeBlocks()
        > 0;
  }

  /** Tells whether {@link #choose} may find something, and costs much less. */
  static boolean any(Transition transition, int card) {
    var usable = transition.usable();
    for (var eni : transition.ledger.enis().values()) {
      if (eni.card() == card
          && eni.state() == BlockState.LIVE
          && eni.facts().managed()
          && (eni.facts().excluded() || mayHaveUnusable(usable, eni))) {
        return true; // choose looks closer
      }
    }
    if (transition.settings().kind() == AddressKind.IPV6_PREFIX) {
      return false;
    }
    var sizing = Sizing.of(transition, transition.figures(card));
    if (sizing.surplus() > 0) {
      return true;
    }
    for (var eni : transition.ledger.enis().values()) {
      if (eni.card() == card
          && eni.counts()
          && freeable(transition, eni)
          && sizing.maySpare(usable.of(eni).free(), usable.units(eni).freeBlocks())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds the CIDRs that no new pod may use: those of the other mode after a change of {@code
   * ENABLE_PREFIX_DELEGATION}, and those of ENIs in an excluded subnet.
   */
  private static void addUnusable(
      Transition transition, int card, Map<EniId, List<Cidr>> candidates) {
    var usable = transition.usable();
    for (var eni : transition.ledger.enis().values()) {
      if (eni.card() != card || eni.state() != BlockState.LIVE || !eni.facts().managed()) {
        continue;
      }
      boolean excluded = eni.facts().excluded();
      if (!excluded && !mayHaveUnusable(usable, eni)) {
        continue;
      }
      if (excluded && freeable(transition, eni)) {
        candidates.put(eni.id(), List.of());
        continue;
      }
      var cidrs =
          eni.blocks().values().stream()
              .filter(block -> block.state() == BlockState.LIVE && block.unused())
              .filter(block -> excluded || !usable.has(eni, block))
              .map(block -> block.cidr())
              .toList();
      if (!cidrs.isEmpty()) {
        candidates.put(eni.id(), cidrs);
      }
    }
  }
}
