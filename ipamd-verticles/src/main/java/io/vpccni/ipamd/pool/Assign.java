package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.AssignReply.Granted;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.AssignReply.Refused;
import java.util.Optional;

/** An ADD arrives, or its caller goes away. */
final class Assign {
  private Assign() {}

  static void add(Turn turn, PoolEvent.AddReceived asked) {
    var attachment = asked.attachment();
    if (!attachment.complete()) {
      refuse(turn, asked.call(), Reason.INVALID, "container id, interface or network is missing");
      return;
    }
    if (asked.everyCard() && !turn.settings.multiNic()) {
      refuse(
          turn,
          asked.call(),
          Reason.INVALID,
          "several interfaces asked for, ENABLE_MULTI_NIC is off");
      return;
    }
    // It is being wired again: the clean-up of a vanished veth must not take its address.
    turn.vethMissing = turn.vethMissing.minus(attachment);
    turn.detaching = turn.detaching.minus(attachment);
    var holding = turn.holdings.get(attachment);
    if (holding != null) {
      again(turn, asked, holding);
      return;
    }
    if (turn.queue.size() >= turn.settings.maxWaiting()) {
      refuse(turn, asked.call(), Reason.TOO_MANY_WAITING, "too many calls wait for an address");
      return;
    }
    var waiter =
        new Waiter(
            asked.call(),
            attachment,
            asked.pod(),
            asked.wiring(),
            asked.everyCard(),
            turn.now,
            turn.now.plus(turn.settings.addWait()));
    turn.queue = turn.queue.plus(turn.nextId++, waiter);
  }

  /** A repeated ADD (our first answer got lost) gets the address it already holds. */
  private static void again(Turn turn, PoolEvent.AddReceived asked, Holding holding) {
    if (!asked.wiring().equals(holding.wiring()) && !asked.wiring().equals(Wiring.UNKNOWN)) {
      turn.hold(
          new Holding(
              holding.attachment(),
              asked.pod().known() ? asked.pod() : holding.pod(),
              asked.wiring(),
              holding.addresses(),
              holding.egress(),
              holding.assignedAt()));
      turn.touch();
    }
    // Its first save may still be under way: then this call waits for the same one.
    var first = pendingOf(turn, holding.attachment());
    if (first.isPresent() || turn.version > turn.savedVersion) {
      turn.pending =
          turn.pending.plus(
              new Pending.Add(turn.version, asked.call(), holding.attachment(), false));
    } else {
      grant(turn, asked.call(), holding);
    }
  }

  static void cancel(Turn turn, CallId call) {
    for (var entry : turn.queue.entrySet()) {
      if (entry.getValue().call().equals(call)) {
        turn.queue = turn.queue.minus(entry.getKey());
        return;
      }
    }
    for (var waiting : turn.pending) {
      if (waiting instanceof Pending.Add(var _, var by, var attachment, var fresh)
          && by.equals(call)) {
        turn.pending = turn.pending.minus(waiting);
        if (fresh) {
          abandon(turn, attachment);
        }
        return;
      }
    }
  }

  /** Nobody was told of this assignment: undo it, unless another call waits for the same one. */
  private static void abandon(Turn turn, Attachment attachment) {
    var other = pendingOf(turn, attachment);
    if (other.isPresent()) {
      var heir = other.get();
      turn.pending =
          turn.pending
              .minus((Object) heir)
              .plus(new Pending.Add(heir.version(), heir.call(), attachment, true));
      return;
    }
    undo(turn, attachment);
  }

  static void undo(Turn turn, Attachment attachment) {
    var holding = turn.holdings.get(attachment);
    if (holding != null) {
      // No pod ever had it, so it needs no rest.
      Release.free(turn, holding, false);
    }
  }

  static Optional<Pending.Add> pendingOf(Turn turn, Attachment attachment) {
    for (var waiting : turn.pending) {
      if (waiting instanceof Pending.Add add && add.attachment().equals(attachment)) {
        return Optional.of(add);
      }
    }
    return Optional.empty();
  }

  static void grant(Turn turn, CallId call, Holding holding) {
    var addresses = holding.addresses().stream().map(Held::granted).toList();
    turn.command(new PoolCommand.AnswerAdd(call, new Granted(holding, addresses)));
  }

  static void refuse(Turn turn, CallId call, Reason reason, String why) {
    var numbers = PoolViews.numbers(turn.state());
    var message = why + " (" + numbers + ")";
    turn.command(new PoolCommand.AnswerAdd(call, new Refused(reason, message, numbers)));
  }
}
