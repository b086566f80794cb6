package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.Usable;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which address of a card the next pod gets, for as long as nothing changes but that pods
 * get addresses. It packs pods into the fullest prefix and then the fullest ENI, so that idle ones
 * drain and can be given back. Among equals it takes the address that has been free longest.
 */
final class Packing {
  /** A choice is an address in a CIDR on an ENI, both as they are now. */
  record Choice(EniState eni, Block block, Ip ip) {}

  private final Transition transition;
  private final int card;
  private final boolean byPrefix;
  private final Usable usable;
  private @Nullable Choice last;
  private boolean dry;

  Packing(Transition transition, int card) {
    this.transition = transition;
    this.card = card;
    usable = transition.usable();
    byPrefix = transition.settings().kind() != AddressKind.SECONDARY_IP;
  }

  /**
   * Tells whether nothing was free when an address was last asked for. A card that could not serve
   * one caller serves no later one either.
   */
  boolean dry() {
    return dry;
  }

  /** Returns the address for the next pod, and the same again until a pod gets it. */
  Optional<Choice> next() {
    if (dry) {
      return Optional.empty();
    }
    var choice = last == null ? Optional.<Choice>empty() : again(last);
    if (choice.isEmpty()) {
      choice = search();
    }
    last = choice.orElse(null);
    dry = choice.isEmpty();
    return choice;
  }

  /** A pod makes its CIDR and its ENI fuller, so what was the fullest stays so until it is full. */
  private Optional<Choice> again(Choice before) {
    var eni = transition.ledger.enis().get(before.eni().id());
    if (eni == null) {
      return Optional.empty();
    }
    var block = byPrefix ? eni.blocks().get(before.block().cidr()) : best(eni);
    return block == null ? Optional.empty() : choice(eni, block);
  }

  private static Optional<Choice> choice(EniState eni, Block block) {
    return block.oldestFree().map(ip -> new Choice(eni, block, ip));
  }

  private Optional<Choice> search() {
    EniState bestEni = null;
    Block bestBlock = null;
    for (var eni : fullestFirst()) {
      // None of its prefixes can hold more pods than it does itself.
      if (bestBlock != null
          && (!byPrefix || bestBlock.tally().assigned() >= eni.all().assigned())) {
        break;
      }
      var block = best(eni);
      if (block != null
          && (bestBlock == null || block.tally().assigned() > bestBlock.tally().assigned())) {
        bestEni = eni;
        bestBlock = block;
      }
    }
    return bestEni == null || bestBlock == null ? Optional.empty() : choice(bestEni, bestBlock);
  }

  private List<EniState> fullestFirst() {
    var enis = new ArrayList<EniState>();
    for (var eni : transition.ledger.enis().values()) {
      if (eni.card() == card && eni.serves() && usable.of(eni).free() > 0) {
        enis.add(eni);
      }
    }
    enis.sort(Packing::compare);
    return enis;
  }

  /**
   * Puts the fuller ENI first, and of two that are equally full the one that was attached first.
   */
  private static int compare(EniState one, EniState two) {
    int byAssigned = Integer.compare(two.all().assigned(), one.all().assigned());
    return byAssigned != 0
        ? byAssigned
        : Integer.compare(one.facts().deviceNumber(), two.facts().deviceNumber());
  }

  private @Nullable Block best(EniState eni) {
    Block best = null;
    for (var block : eni.blocks().values()) {
      if (block.free() && usable.has(eni, block) && (best == null || better(block, best))) {
        best = block;
      }
    }
    return best;
  }

  private static boolean better(Block block, Block than) {
    int byAssigned = Integer.compare(block.tally().assigned(), than.tally().assigned());
    return byAssigned != 0 ? byAssigned > 0 : block.freeSince().isBefore(than.freeSince());
  }
}
