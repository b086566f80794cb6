package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.AssignReply.Reason;
import java.util.ArrayList;

/** Ends what time ends, before anything else is decided. */
final class Expiry {
  private Expiry() {}

  static void run(Turn turn) {
    coolDown(turn);
    turn.backoffs.forEach(
        (key, backoff) -> {
          // The count of failures is kept for a while: the next failure must wait longer.
          if (turn.passed(backoff.until().plus(Backoffs.FORGET))) {
            turn.backoffs = turn.backoffs.minus(key);
            Ec2Failures.over(turn, key);
          }
        });
    turn.goneCidrs.forEach(
        (cidr, until) -> {
          if (turn.passed(until)) {
            turn.goneCidrs = turn.goneCidrs.minus(cidr);
          }
        });
    turn.goneEnis.forEach(
        (eni, until) -> {
          if (turn.passed(until)) {
            turn.goneEnis = turn.goneEnis.minus(eni);
          }
        });
    turn.singles.forEach(
        (subnet, until) -> {
          if (turn.passed(until)) {
            turn.singles = turn.singles.minus(subnet);
            turn.clear(Condition.Name.PREFIXES_UNAVAILABLE, subnet.subnet());
          }
        });
  }

  private static void coolDown(Turn turn) {
    while (!turn.resting.isEmpty() && turn.passed(turn.resting.first().until())) {
      var rested = turn.resting.first();
      turn.resting = turn.resting.minus(rested);
      var owner = turn.enis.get(rested.eni());
      if (owner != null) {
        owner
            .blockOf(rested.ip())
            .filter(
                block ->
                    block.uses.get(rested.ip()) instanceof Use.Cooling(var until)
                        && until.equals(rested.until()))
            .ifPresent(
                block ->
                    turn.put(owner.with(block.with(rested.ip(), new Use.Rested(rested.until())))));
      }
    }
  }

  /**
   * Those who have waited long enough, and for whom nothing is free now either. First come, first
   * refused: the queue is in order of arrival, so deadlines only grow.
   */
  static void waiters(Turn turn) {
    var late = new ArrayList<Long>();
    for (var entry : turn.queue.entrySet()) {
      if (!turn.passed(entry.getValue().deadline())) {
        break;
      }
      late.add(entry.getKey());
    }
    for (var place : late) {
      var waiter = turn.queue.get(place);
      if (waiter != null) {
        Assign.refuse(
            turn,
            waiter.call(),
            Reason.TIMED_OUT,
            "no address became free within " + turn.settings.addWait().toSeconds() + " s");
      }
      turn.queue = turn.queue.minus(place);
    }
  }
}
