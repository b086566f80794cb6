package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    if (!fillsAllSlots(transition, card)) return blocking;
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
          && entry.getValue().cidrs().stream().anyMatch(cidr -> ofOtherKind(transition, cidr))) {
        return true;
      }
    }
    return false;
  }

  private static boolean ofOtherKind(Transition transition, Cidr cidr) {
    return cidr.single() != (transition.settings().kind() == AddressKind.SECONDARY_IP);
  }

  /** The sums alone tell it, which spares a look at thousands of addresses in each decision. */
  private static boolean leftBehind(Transition transition, EniState eni, int card) {
    var others =
        transition.settings().kind() == AddressKind.SECONDARY_IP ? eni.prefixes() : eni.singles();
    return eni.card() == card && eni.counts() && others.freeBlocks() > 0;
  }

  private static boolean fillsAllSlots(Transition transition, int card) {
    var enis = transition.ledger.enis().values();
    return enis.stream().anyMatch(eni -> leftBehind(transition, eni, card))
        && !NewEni.room(transition, transition.figures(card))
        && enis.stream()
            .noneMatch(eni -> eni.card() == card && Growth.openSlots(transition, eni) > 0);
  }
}
