package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.state.Pending;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives free addresses to those who wait, first come, first served. */
public final class Grant {
  private Grant() {}

  /** Returns why no address may be given to anybody yet, if so. */
  public static Optional<String> obstacle(PoolState state) {
    if (!state.context().started()) {
      return Optional.of("the checkpoint has not been read yet");
    }
    // A live veth that no entry explains may use what looks free (unknown gives nothing away).
    if (state.links().veths().isEmpty()) {
      return Optional.of(
          "the links on this node are not known yet: net-programmer has not answered");
    }
    return Optional.empty();
  }

  public static void serve(Transition transition) {
    if (transition.calls.queue().isEmpty()
        || !transition.context.started()
        || transition.links.veths().isEmpty()) {
      return;
    }
    var cards = new ArrayList<Packing>();
    for (int card : transition.cards()) {
      cards.add(new Packing(transition, card));
    }
    for (var entry : transition.calls.queue().entrySet()) {
      if (allDry(cards)) {
        return;
      }
      if (serve(transition, entry.getValue(), cards)) {
        transition.calls = transition.calls.dequeue(entry.getKey());
      }
    }
  }

  private static boolean allDry(List<Packing> cards) {
    for (var card : cards) {
      if (!card.dry()) return false;
    }
    return true;
  }

  private static boolean serve(Transition transition, Waiter waiter, List<Packing> cards) {
    if (transition.ledger.holdings().containsKey(waiter.attachment())) {
      // An earlier call of the same attachment was served a moment ago.
      transition.calls =
          transition.calls.await(
              new Pending.Add(
                  transition.disk.version(), waiter.call(), waiter.attachment(), false));
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
    assign(transition, waiter, choices);
    return true;
  }

  private static void assign(Transition transition, Waiter waiter, List<Packing.Choice> choices) {
    var addresses = new ArrayList<HeldAddress>();
    for (var choice : choices) {
      var eni = choice.eni();
      transition.ledger =
          transition.ledger.put(
              eni.with(
                  choice
                      .block()
                      .with(choice.ip(), new AddressState.Assigned(waiter.attachment()))));
      addresses.add(
          new HeldAddress(
              choice.ip(), eni.card(), eni.id(), eni.facts().deviceNumber(), eni.table()));
    }
    var wiring = VethNames.apart(transition.ledger, waiter, addresses.size());
    Release.keep(transition, wiring.hostVeths());
    var holding =
        new Holding(
            waiter.attachment(),
            waiter.pod(),
            wiring,
            addresses,
            Egress.next(transition, waiter.attachment()),
            transition.now());
    transition.ledger = transition.ledger.hold(holding);
    transition.context = transition.context.withoutDemand(waiter.pod());
    transition.touch();
    // Answered once saved, never here: a crash or a full disk must not give one address to two.
    transition.calls =
        transition.calls.await(
            new Pending.Add(transition.disk.version(), waiter.call(), waiter.attachment(), true));
    if (Answers.wiredMeanwhile(holding)) {
      transition.command(new PoolCommand.StartWiring(waiter.call(), holding));
    }
  }
}
