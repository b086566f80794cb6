package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Tally;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at what a change of {@code ENABLE_PREFIX_DELEGATION} leaves behind: CIDRs of a kind that no
 * new pod may use, on ENIs whose slots they fill. Where they fill the last slot they are given back
 * at once, since the node has no address until then, and an ADD waits for it.
 */
final class FormerMode {
  private FormerMode() {}

  /** Returns the unused CIDRs of the other kind by ENI, if the card has no slot without them. */
  static Map<EniId, List<Cidr>> blocking(Transition transition, int card) {
    var blocking = new LinkedHashMap<EniId, List<Cidr>>();
    if (!anyLeftBehind(transition, card) || !fillsAllSlots(transition, card)) {
      return blocking;
    }
    for (var eni : transition.ledger.enis().values()) {
      if (!leftBehind(transition, eni, card)) continue;
      var cidrs =
          eni.blocks().values().stream()
              .filter(block -> block.state() == BlockState.LIVE && block.unused())
              .filter(block -> !transition.usable().has(eni, block))
              .map(block -> block.cidr())
              .toList();
      if (!cidrs.isEmpty()) blocking.put(eni.id(), cidrs);
    }
    return blocking;
  }

  /** Tells whether slots that are being given back will be there for the kind in force. */
  static boolean frees(Transition transition) {
    for (var entry : transition.ledger.reclaims().entrySet()) {
      var eni = transition.ledger.enis().get(entry.getKey());
      if (eni != null
          && !entry.getValue().wholeEni()
          && eni.counts()
          && entry.getValue().cidrs().stream().anyMatch(cidr -> isOfNoUse(transition, eni, cidr))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns when EC2 can be asked to take back the first of the CIDRs that fill all slots, which is
   * when the last of its addresses has rested and EC2 may be called; empty where pods use all.
   */
  static Optional<Instant> nextSlot(Transition transition) {
    Instant first = null;
    var usable = transition.usable();
    for (var eni : transition.ledger.enis().values()) {
      if (!eni.counts()
          || others(transition, eni).blocks() == 0
          || !fillsAllSlots(transition, eni.card())) {
        continue;
      }
      var pause = Backoffs.until(transition, Ec2Action.UNASSIGN, "", eni.id().value());
      for (var block : eni.blocks().values()) {
        if (usable.has(eni, block)) continue;
        var rested = rested(block, pause);
        if (rested.isPresent() && (first == null || rested.get().isBefore(first))) {
          first = rested.get();
        }
      }
    }
    return Optional.ofNullable(first);
  }

  private static Optional<Instant> rested(Block block, Instant notBefore) {
    var last = notBefore;
    for (var use : block.uses().values()) {
      switch (use) {
        case AddressState.Assigned _, AddressState.Quarantined _ -> {
          return Optional.empty();
        }
        case AddressState.Cooling(var until) -> last = until.isAfter(last) ? until : last;
        case AddressState.Rested _ -> {}
      }
    }
    return Optional.of(last);
  }

  /**
   * Says what a change of mode keeps waiting and until when, for a person who reads a refusal;
   * empty where it keeps nothing waiting.
   */
  static String outlook(Transition transition) {
    if (transition.cards().stream().noneMatch(card -> fillsAllSlots(transition, card))) return "";
    var cause =
        transition.settings().kind() == AddressKind.SECONDARY_IP
            ? "; ENABLE_PREFIX_DELEGATION is false now, and prefixes of the mode before fill all"
                + " slots that single addresses need"
            : "; ENABLE_PREFIX_DELEGATION is true now, and single addresses of the mode before fill"
                + " all slots that prefixes need";
    if (frees(transition)) return cause + "; they are being given back to EC2";
    return nextSlot(transition)
        .map(
            at ->
                cause
                    + "; EC2 is asked to take back the first of them in "
                    + AddAdmission.seconds(transition, at))
        .orElse("");
  }

  private static boolean isOfNoUse(Transition transition, EniState eni, Cidr cidr) {
    var block = eni.blocks().get(cidr);
    return block != null && !transition.usable().has(eni, block);
  }

  private static boolean anyLeftBehind(Transition transition, int card) {
    for (var eni : transition.ledger.enis().values()) {
      if (leftBehind(transition, eni, card)) return true;
    }
    return false;
  }

  /** The sums alone tell it, which spares a look at thousands of addresses in each decision. */
  private static boolean leftBehind(Transition transition, EniState eni, int card) {
    return eni.card() == card && eni.counts() && others(transition, eni).freeBlocks() > 0;
  }

  private static Tally others(Transition transition, EniState eni) {
    return transition.settings().kind() == AddressKind.SECONDARY_IP
        ? eni.prefixes()
        : eni.singles();
  }

  private static boolean fillsAllSlots(Transition transition, int card) {
    var enis = transition.ledger.enis().values();
    return !NewEni.room(transition, transition.figures(card))
        && enis.stream()
            .noneMatch(eni -> eni.card() == card && Growth.openSlots(transition, eni) > 0);
  }
}
