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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

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

  /**
   * Returns the slots that the CIDRs of the former mode leave to the kind in force: those that are
   * being given back, and on a card without another slot those that nobody uses after their rest.
   */
  static List<AddressArrival> slots(Transition transition) {
    var slots = new ArrayList<AddressArrival>();
    freed(
        transition,
        (eni, at) -> {
          var pause = EniRoom.assignmentsPause(transition, eni);
          slots.add(
              new AddressArrival(pause.isAfter(at) ? pause : at, EniRoom.perSlot(transition, eni)));
        });
    return slots;
  }

  /** Names each CIDR that will be given back by its ENI and by when EC2 can be asked to take it. */
  private static void freed(Transition transition, BiConsumer<EniState, Instant> each) {
    var usable = transition.usable();
    for (int card : transition.cards()) {
      boolean full = fillsAllSlots(transition, card);
      for (var eni : transition.ledger.enis().values()) {
        if (eni.card() != card || !eni.counts() || others(transition, eni).blocks() == 0) continue;
        var reclaim = transition.ledger.reclaims().get(eni.id());
        var pause = Backoffs.until(transition, Ec2Action.UNASSIGN, "", eni.id().value());
        for (var block : eni.blocks().values()) {
          if (usable.has(eni, block)) continue;
          if (block.state() == BlockState.LEAVING) {
            each.accept(
                eni,
                reclaim == null ? pause : PendingReclaims.askedAt(transition, eni.id(), reclaim));
          } else if (full) {
            rested(block, pause).ifPresent(at -> each.accept(eni, at));
          }
        }
      }
    }
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
    var times = new ArrayList<Instant>();
    freed(transition, (_, at) -> times.add(at));
    return times.stream()
        .min(Comparator.naturalOrder())
        .map(
            first ->
                transition.passed(first)
                    ? cause + "; they are being given back to EC2"
                    : cause
                        + "; EC2 is asked to take back the first of them in "
                        + transition.secondsUntil(first))
        .orElse("");
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
            .noneMatch(eni -> eni.card() == card && EniRoom.openSlots(transition, eni) > 0);
  }
}
