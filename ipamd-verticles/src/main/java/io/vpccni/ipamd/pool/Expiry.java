package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.AssignReply.Reason;
import java.util.ArrayList;

/** Ends what time ends, before anything else is decided. */
final class Expiry {
  private Expiry() {}

  static void run(Transition transition) {
    coolDown(transition);
    transition.backoffs.forEach(
        (key, backoff) -> {
          // The count of failures is kept for a while: the next failure must wait longer.
          if (transition.passed(backoff.until().plus(Backoffs.FORGET))) {
            transition.backoffs = transition.backoffs.minus(key);
            Ec2Failures.over(transition, key);
          }
        });
    transition.goneCidrs.forEach(
        (cidr, until) -> {
          if (transition.passed(until)) {
            transition.goneCidrs = transition.goneCidrs.minus(cidr);
          }
        });
    transition.goneEnis.forEach(
        (eni, until) -> {
          if (transition.passed(until)) {
            transition.goneEnis = transition.goneEnis.minus(eni);
          }
        });
    transition.singles.forEach(
        (subnet, until) -> {
          if (transition.passed(until)) {
            transition.singles = transition.singles.minus(subnet);
            transition.clear(Condition.Name.PREFIXES_UNAVAILABLE, subnet.subnet());
          }
        });
  }

  private static void coolDown(Transition transition) {
    while (!transition.resting.isEmpty() && transition.passed(transition.resting.first().until())) {
      var rested = transition.resting.first();
      transition.resting = transition.resting.minus(rested);
      var owner = transition.enis.get(rested.eni());
      if (owner != null) {
        owner
            .blockOf(rested.ip())
            .filter(
                block ->
                    block.uses.get(rested.ip()) instanceof AddressState.Cooling(var until)
                        && until.equals(rested.until()))
            .ifPresent(
                block ->
                    transition.put(
                        owner.with(
                            block.with(rested.ip(), new AddressState.Rested(rested.until())))));
      }
    }
  }

  /**
   * Those who have waited long enough, and for whom nothing is free now either. First come, first
   * refused: the queue is in order of arrival, so deadlines only grow.
   */
  static void waiters(Transition transition) {
    var late = new ArrayList<Long>();
    for (var entry : transition.queue.entrySet()) {
      if (!transition.passed(entry.getValue().deadline())) {
        break;
      }
      late.add(entry.getKey());
    }
    for (var place : late) {
      var waiter = transition.queue.get(place);
      if (waiter != null) {
        Answers.refuse(
            transition,
            waiter.call(),
            Reason.TIMED_OUT,
            "no address became free within " + transition.settings.addWait().toSeconds() + " s");
      }
      transition.queue = transition.queue.minus(place);
    }
  }
}
