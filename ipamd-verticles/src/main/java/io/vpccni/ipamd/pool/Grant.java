package io.vpccni.ipamd.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives free addresses to those who wait, first come, first served. */
final class Grant {
  private Grant() {}

  /** Why no address may be given to anybody yet, if so. */
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
    var cards = turn.cards().stream().map(card -> new Packing(turn, card)).toList();
    for (var entry : turn.queue.entrySet()) {
      if (cards.stream().allMatch(Packing::dry)) {
        return;
      }
      if (serve(turn, entry.getValue(), cards)) {
        turn.queue = turn.queue.minus(entry.getKey());
      }
    }
  }

  private static boolean serve(Turn turn, Waiter waiter, List<Packing> cards) {
    if (turn.holdings.containsKey(waiter.attachment())) {
      // An earlier call of the same attachment was served a moment ago.
      turn.pending =
          turn.pending.plus(
              new Pending.Add(turn.version, waiter.call(), waiter.attachment(), false));
      return true;
    }
    var choices = new ArrayList<Packing.Choice>();
    for (var card : cards) {
      var choice = card.next();
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

  private static void assign(Turn turn, Waiter waiter, List<Packing.Choice> choices) {
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
    turn.hold(holding);
    turn.demand = turn.demand.minus(waiter.pod());
    turn.touch();
    // Answered once saved, never here: a crash or a full disk must not give one address to two.
    turn.pending =
        turn.pending.plus(new Pending.Add(turn.version, waiter.call(), waiter.attachment(), true));
  }
}
