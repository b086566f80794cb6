package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.AssignReply.Reason;
import java.time.Instant;
import java.util.ArrayList;

/** Whether waiting can help: a caller that waits in vain is told at once, so that it can retry. */
final class Hope {
  private Hope() {}

  static void refuseHopeless(Turn turn) {
    clearIfFree(turn);
    if (turn.queue.isEmpty()) {
      return;
    }
    // Before the first lists have arrived nobody knows whether there is hope.
    if (turn.veths.isEmpty() || !knowing(turn)) {
      return;
    }
    long coming = coming(turn);
    var growth = growth(turn);
    var hopeless = new ArrayList<Long>();
    int place = 0;
    for (var entry : turn.queue.entrySet()) {
      var deadline = entry.getValue().deadline();
      long supply = coming + restingBefore(turn, deadline);
      if (place >= supply && growth.isAfter(deadline)) {
        hopeless.add(entry.getKey());
      }
      place++;
    }
    for (var key : hopeless) {
      var waiter = turn.queue.get(key);
      if (waiter != null) {
        turn.queue = turn.queue.minus(key);
        Assign.refuse(turn, waiter.call(), Reason.NO_ADDRESS, why(turn));
      }
    }
    if (!hopeless.isEmpty()) {
      turn.raise(Condition.Name.NO_ADDRESS_AVAILABLE, "", "NothingFree", why(turn));
    }
  }

  /** Over as soon as an ADD would be served, not when the last one was refused. */
  private static void clearIfFree(Turn turn) {
    var key = Condition.Key.of(Condition.Name.NO_ADDRESS_AVAILABLE, "");
    if (turn.conditions.containsKey(key)) {
      for (int card : turn.cards()) {
        if (turn.figures(card).tally().free() > 0) {
          turn.conditions = turn.conditions.minus(key);
        }
      }
    }
  }

  private static String why(Turn turn) {
    var obstacle = Growth.obstacle(turn);
    return "no address is free, and none can be had in time"
        + obstacle.map(reason -> ": " + reason).orElse("");
  }

  private static boolean knowing(Turn turn) {
    if (Growth.obstacle(turn).isPresent()) {
      return turn.described || !turn.enis.isEmpty();
    }
    // EC2's state is about to be read again: what it shows may help.
    boolean reading =
        turn.doubt.isPresent() && !Backoffs.pauses(turn, Ec2Action.DESCRIBE.name(), "");
    return turn.described && !reading && turn.limits.isPresent();
  }

  /** Addresses that are on their way, or wait for the link of their ENI. */
  private static long coming(Turn turn) {
    long coming = 0;
    for (int card : turn.cards()) {
      coming += turn.figures(card).inFlight();
    }
    var state = turn.state();
    for (var eni : turn.enis.values()) {
      if (eni.counts() && !eni.linked) {
        coming += Figures.active(state, eni).free();
      }
    }
    return coming;
  }

  private static long restingBefore(Turn turn, Instant deadline) {
    long count = 0;
    for (var rest : turn.resting) {
      if (rest.until().isAfter(deadline)) {
        break;
      }
      count++;
    }
    return count;
  }

  /** When EC2 may be asked for more at the earliest; {@link Instant#MAX} if never. */
  private static Instant growth(Turn turn) {
    if (Growth.obstacle(turn).isPresent() || turn.limits.isEmpty()) {
      return Instant.MAX;
    }
    if (!Growth.informed(turn)) {
      return Backoffs.until(turn, Ec2Action.DESCRIBE, "");
    }
    var first = Instant.MAX;
    for (int card : turn.cards()) {
      if (Growth.roomForEni(turn, turn.figures(card))
          && (!turn.settings.customNetworking() || turn.custom.isPresent())) {
        first = earlier(first, Growth.creationPauses(turn, card));
      }
    }
    for (var eni : turn.enis.values()) {
      if (turn.cards().contains(eni.card())
          && eni.mayGrow(turn.settings.customNetworking())
          && Growth.openSlots(turn, eni) > 0) {
        first = earlier(first, Growth.assignmentsPause(turn, eni));
      }
    }
    return first;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
