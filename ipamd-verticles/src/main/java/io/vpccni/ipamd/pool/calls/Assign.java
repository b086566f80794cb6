package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.state.Pending;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.Waiter;
import java.util.Optional;

/** Takes in an ADD that arrives, and one whose caller goes away. */
public final class Assign {
  private Assign() {}

  public static void add(Transition transition, PoolEvent.AddReceived asked) {
    var attachment = asked.attachment();
    if (!attachment.complete()) {
      Answers.refuse(
          transition,
          asked.call(),
          Reason.INVALID,
          "container id, interface or network is missing");
      return;
    }
    if (asked.everyCard() && !transition.settings().enis().multiNic()) {
      Answers.refuse(
          transition,
          asked.call(),
          Reason.INVALID,
          "the pod asks for several interfaces, but ENABLE_MULTI_NIC is off");
      return;
    }
    // It is being wired again: the clean-up of a vanished veth must not take its address.
    transition.links = transition.links.present(attachment);
    transition.links = transition.links.endDetach(attachment);
    var holding = transition.ledger.holdings().get(attachment);
    if (holding != null) {
      again(transition, asked, holding);
      return;
    }
    var rival = rival(transition, attachment);
    if (rival.isPresent()) {
      Answers.refuse(transition, asked.call(), Reason.INVALID, rival.get());
      return;
    }
    if (transition.calls.queue().size() >= transition.settings().waiting().calls()) {
      Answers.refuse(
          transition, asked.call(), Reason.TOO_MANY_WAITING, "too many calls wait for an address");
      return;
    }
    var waiter =
        new Waiter(
            asked.call(),
            attachment,
            asked.pod(),
            asked.wiring(),
            asked.everyCard(),
            transition.now(),
            transition.now().plus(transition.settings().waiting().longest()));
    transition.calls = transition.calls.enqueue(transition.takeId(), waiter);
  }

  /**
   * Says which other network has this interface of the container, or waits for it. The kernel has
   * room for one interface of a name, so net-programmer would refuse the second one.
   */
  private static Optional<String> rival(Transition transition, Attachment attachment) {
    return transition
        .ledger
        .interfaceOwner(attachment)
        .map(
            held -> rival(held.attachment(), "has the address " + held.addresses().getFirst().ip()))
        .or(
            () ->
                transition.calls.queue().values().stream()
                    .map(Waiter::attachment)
                    .filter(other -> other.sameInterface(attachment) && !other.equals(attachment))
                    .findFirst()
                    .map(other -> rival(other, "waits for an address")));
  }

  private static String rival(Attachment other, String does) {
    return "the container's interface %s %s already, which the network %s asked for: end that attachment first"
        .formatted(other.ifName(), does, other.networkName());
  }

  /** Gives a repeated ADD (our first answer got lost) the address that it already holds. */
  private static void again(Transition transition, PoolEvent.AddReceived asked, Holding holding) {
    var wiring = VethNames.kept(asked.wiring(), holding.wiring());
    if (!wiring.equals(holding.wiring()) && !asked.wiring().equals(Wiring.UNKNOWN)) {
      Release.keep(transition, wiring.hostVeths());
      transition.ledger =
          transition.ledger.hold(
              new Holding(
                  holding.attachment(),
                  asked.pod().known() ? asked.pod() : holding.pod(),
                  wiring,
                  holding.addresses(),
                  holding.egress(),
                  holding.assignedAt()));
      transition.touch();
    }
    // Its first save may still be under way: then this call waits for the same one.
    var first = Answers.pendingOf(transition, holding.attachment());
    if (first.isPresent() || transition.disk.dirty()) {
      transition.calls =
          transition.calls.await(
              new Pending.Add(
                  transition.disk.version(), asked.call(), holding.attachment(), false));
    } else {
      Answers.grant(transition, asked.call(), holding, false);
    }
  }

  public static void cancel(Transition transition, CallId call) {
    for (var entry : transition.calls.queue().entrySet()) {
      if (entry.getValue().call().equals(call)) {
        transition.calls = transition.calls.dequeue(entry.getKey());
        return;
      }
    }
    for (var waiting : transition.calls.pending()) {
      if (waiting instanceof Pending.Add(var _, var by, var attachment, var fresh)
          && by.equals(call)) {
        var holding = transition.ledger.holdings().get(attachment);
        if (fresh && holding != null && Answers.wiredMeanwhile(holding)) {
          return; // it may be wired already: the caller undoes that first, and then this
        }
        transition.calls = transition.calls.answered(waiting);
        if (fresh) {
          abandon(transition, attachment);
        }
        return;
      }
    }
  }

  /** Undoes an assignment that nobody was told of, unless another call waits for the same one. */
  private static void abandon(Transition transition, Attachment attachment) {
    var other = Answers.pendingOf(transition, attachment);
    if (other.isPresent()) {
      var heir = other.get();
      transition.calls =
          transition
              .calls
              .answered(heir)
              .await(new Pending.Add(heir.version(), heir.call(), attachment, true));
      return;
    }
    undo(transition, attachment);
  }

  static void undo(Transition transition, Attachment attachment) {
    var holding = transition.ledger.holdings().get(attachment);
    if (holding != null) {
      // No pod ever had it, so it needs no rest.
      Release.free(transition, holding, false);
    }
  }
}
