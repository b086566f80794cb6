package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.AssignReply.Reason;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    var hopeless = hopeless(turn);
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

  /** The places in the queue of those whose time ends before anything can come for them. */
  private static List<Long> hopeless(Turn turn) {
    var hopeless = new ArrayList<Long>();
    var growth = growth(turn);
    if (!growth.isAfter(turn.now)) {
      return hopeless;
    }
    long supply = coming(turn);
    var resting = new ArrayDeque<>(turn.resting);
    resting.removeIf(rest -> !usable(turn, rest));
    int before = 0;
    // First come, first served, and deadlines only grow.
    for (var entry : turn.queue.entrySet()) {
      var deadline = entry.getValue().deadline();
      while (!resting.isEmpty() && !resting.element().until().isAfter(deadline)) {
        resting.remove();
        supply++;
      }
      if (before >= supply && growth.isAfter(deadline)) {
        hopeless.add(entry.getKey());
      }
      before++;
    }
    return hopeless;
  }

  private static boolean usable(Turn turn, Resting rest) {
    var eni = turn.enis.get(rest.eni());
    return eni != null
        && eni.counts()
        && eni.blockOf(rest.ip()).filter(block -> turn.usable().has(eni, block)).isPresent();
  }

  /** Over as soon as an ADD would be served, not when the last one was refused. */
  private static void clearIfFree(Turn turn) {
    var key = Condition.Key.of(Condition.Name.NO_ADDRESS_AVAILABLE, "");
    if (turn.conditions.containsKey(key) && anyFree(turn)) {
      turn.conditions = turn.conditions.minus(key);
    }
  }

  /**
   * Why an ADD that came now would be refused, if EC2 is the reason.
   *
   * <p>A node whose pods have all that it can hold, or may hold by its settings, is no such case:
   * that is how a healthy node ends up, and kubelet gives up a whole node, and after minutes its
   * pods, whose runtime says that no pod can be added.
   */
  static Optional<String> refusal(PoolState state) {
    var turn = new Turn(state, state.now());
    if (!knowing(turn) || anyFree(turn)) {
      return Optional.empty();
    }
    var deadline = turn.now.plus(turn.settings.addWait());
    var growth = growth(turn);
    boolean paused = growth.isAfter(deadline) && growth.isBefore(Instant.MAX);
    long resting =
        turn.resting.stream()
            .filter(rest -> !rest.until().isAfter(deadline) && usable(turn, rest))
            .count();
    return paused && turn.queue.size() >= coming(turn) + resting
        ? Optional.of(why(turn) + " (" + PoolViews.numbers(state) + ")")
        : Optional.empty();
  }

  private static boolean anyFree(Turn turn) {
    return turn.cards().stream().anyMatch(card -> turn.figures(card).tally().free() > 0);
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
    var usable = turn.usable();
    for (var eni : turn.enis.values()) {
      if (eni.counts() && !eni.linked) {
        coming += usable.of(eni).free();
      }
    }
    return coming;
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
    var cards = turn.cards();
    for (int card : cards) {
      if (NewEni.room(turn, turn.figures(card))
          && !roomOnEnis(turn, card)
          && (!turn.settings.customNetworking() || turn.custom.isPresent())) {
        first = earlier(first, NewEni.pauses(turn, card));
      }
    }
    for (var eni : turn.enis.values()) {
      if (!first.isAfter(turn.now)) {
        return first;
      }
      if (cards.contains(eni.card())
          && eni.mayGrow(turn.settings.customNetworking())
          && Growth.openSlots(turn, eni) > 0) {
        first = earlier(first, Growth.assignmentsPause(turn, eni));
      }
    }
    return first;
  }

  /** Then these are asked, though EC2 may be paused for all of them, and no other is created. */
  private static boolean roomOnEnis(Turn turn, int card) {
    return turn.enis.values().stream()
        .anyMatch(eni -> eni.card() == card && Growth.room(turn, eni) > 0);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
