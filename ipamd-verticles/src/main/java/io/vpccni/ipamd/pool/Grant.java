package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives free addresses to those who wait, first come, first served. */
final class Grant {
  private Grant() {}

  /** Why no ADD could be served now, if so. */
  static Optional<String> obstacle(PoolState state) {
    if (!state.started()) {
      return Optional.of("the checkpoint has not been read yet");
    }
    // A live veth that no entry explains may use what looks free (unknown gives nothing away).
    if (state.veths().isEmpty()) {
      return Optional.of(
          "the links on this node are not known yet: net-programmer has not answered");
    }
    return Optional.empty();
  }

  static void serve(Turn turn) {
    if (turn.queue.isEmpty() || !turn.started || turn.veths.isEmpty()) {
      return;
    }
    var cards = turn.cards();
    // A card that could not serve an earlier caller serves no later one either.
    var dry = new HashSet<Integer>();
    for (var entry : turn.queue.entrySet()) {
      if (dry.size() == cards.size()) {
        return;
      }
      if (serve(turn, entry.getValue(), cards, dry)) {
        turn.queue = turn.queue.minus(entry.getKey());
      }
    }
  }

  private static boolean serve(Turn turn, Waiter waiter, List<Integer> cards, Set<Integer> dry) {
    if (turn.holdings.containsKey(waiter.attachment())) {
      // An earlier call of the same attachment was served a moment ago.
      turn.pending =
          turn.pending.plus(
              new Pending.Add(turn.version, waiter.call(), waiter.attachment(), false));
      return true;
    }
    var choices = new ArrayList<Choice>();
    for (int card : cards) {
      var choice = dry.contains(card) ? Optional.<Choice>empty() : choose(turn, card);
      if (choice.isEmpty()) {
        dry.add(card);
      }
      choice.ifPresent(choices::add);
      if (!waiter.everyCard() && choice.isPresent()) {
        break;
      }
    }
    if (choices.isEmpty() || (waiter.everyCard() && choices.size() < cards.size())) {
      return false;
    }
    assign(turn, waiter, choices);
    return true;
  }

  private static void assign(Turn turn, Waiter waiter, List<Choice> choices) {
    var addresses = new ArrayList<Held>();
    for (var choice : choices) {
      var eni = choice.eni();
      turn.put(eni.with(choice.block().with(choice.ip(), new Use.Assigned(waiter.attachment()))));
      addresses.add(
          new Held(choice.ip(), eni.card(), eni.id(), eni.facts.deviceNumber(), eni.table));
    }
    var holding =
        new Holding(
            waiter.attachment(),
            waiter.pod(),
            waiter.wiring(),
            addresses,
            Egress.next(turn),
            turn.now);
    turn.holdings = turn.holdings.plus(waiter.attachment(), holding);
    turn.demand = turn.demand.minus(waiter.pod());
    turn.touch();
    // Answered once saved, never here: a crash or a full disk must not give one address to two.
    turn.pending =
        turn.pending.plus(new Pending.Add(turn.version, waiter.call(), waiter.attachment(), true));
  }

  /**
   * Packs: the fullest prefix, then the fullest ENI, so that idle ones drain and can be given back;
   * among equals the address that has been free for the longest time.
   */
  static Optional<Choice> choose(Turn turn, int card) {
    var state = turn.state();
    boolean byPrefix = state.settings().kind() != AddressKind.SECONDARY_IP;
    EniState bestEni = null;
    Block bestBlock = null;
    for (var eni : turn.enis.values()) {
      if (eni.card() != card || !eni.serves() || Figures.active(state, eni).free() == 0) {
        continue;
      }
      if (!byPrefix && bestEni != null && compare(eni, bestEni) >= 0) {
        continue; // spares looking at its addresses
      }
      var block = best(state, eni);
      if (block == null) {
        continue;
      }
      int order =
          bestEni == null || bestBlock == null
              ? -1
              : byPrefix ? byBlockThenEni(eni, block, bestEni, bestBlock) : compare(eni, bestEni);
      if (order < 0) {
        bestEni = eni;
        bestBlock = block;
      }
    }
    if (bestEni == null || bestBlock == null) {
      return Optional.empty();
    }
    var eni = bestEni;
    var block = bestBlock;
    return block.oldestFree().map(ip -> new Choice(eni, block, ip));
  }

  private static int byBlockThenEni(EniState eni, Block block, EniState other, Block than) {
    int byBlock = Integer.compare(than.tally.assigned(), block.tally.assigned());
    return byBlock != 0 ? byBlock : compare(eni, other);
  }

  /** The fuller one first, then the one that was attached first. */
  private static int compare(EniState one, EniState two) {
    int byAssigned = Integer.compare(two.all().assigned(), one.all().assigned());
    return byAssigned != 0
        ? byAssigned
        : Integer.compare(one.facts.deviceNumber(), two.facts.deviceNumber());
  }

  private static @org.jspecify.annotations.Nullable Block best(PoolState state, EniState eni) {
    Block best = null;
    for (var block : eni.blocks.values()) {
      if (!block.free() || !Figures.usable(state, eni, block)) {
        continue;
      }
      if (best == null || better(block, best)) {
        best = block;
      }
    }
    return best;
  }

  private static boolean better(Block block, Block than) {
    int byAssigned = Integer.compare(block.tally.assigned(), than.tally.assigned());
    if (byAssigned != 0) {
      return byAssigned > 0;
    }
    return block.freeSince().isBefore(than.freeSince());
  }

  record Choice(EniState eni, Block block, Ip ip) {}
}
