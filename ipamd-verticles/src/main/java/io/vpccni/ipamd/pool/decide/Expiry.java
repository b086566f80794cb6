package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.calls.Answers;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.size.AddAdmission;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.truth.Ec2Failures;
import java.util.ArrayList;

/** Ends what time ends, before anything else is decided. */
public final class Expiry {
  private Expiry() {}

  public static void run(Transition transition) {
    coolDown(transition);
    for (var entry : transition.cloud.backoffs().entrySet()) {
      // The count of failures is kept for a while: the next failure must wait longer.
      if (transition.passed(entry.getValue().until().plus(Backoffs.FORGET))) {
        transition.cloud = transition.cloud.resume(entry.getKey());
        Ec2Failures.over(transition, entry.getKey());
      }
    }
    for (var gone : transition.ledger.goneCidrs().entrySet()) {
      if (transition.passed(gone.getValue())) {
        transition.ledger = transition.ledger.back(gone.getKey());
      }
    }
    for (var gone : transition.ledger.goneEnis().entrySet()) {
      if (transition.passed(gone.getValue())) {
        transition.ledger = transition.ledger.back(gone.getKey());
      }
    }
    for (var singles : transition.cloud.singles().entrySet()) {
      if (transition.passed(singles.getValue())) {
        transition.cloud = transition.cloud.prefixesAgain(singles.getKey());
        transition.clear(Condition.Name.PREFIXES_UNAVAILABLE, singles.getKey().subnet());
      }
    }
  }

  private static void coolDown(Transition transition) {
    while (!transition.ledger.resting().isEmpty()
        && transition.passed(transition.ledger.resting().first().until())) {
      var rested = transition.ledger.resting().first();
      transition.ledger = transition.ledger.rested(rested);
      var owner = transition.ledger.enis().get(rested.eni());
      if (owner != null) {
        owner
            .blockOf(rested.ip())
            .filter(
                block ->
                    block.uses().get(rested.ip()) instanceof AddressState.Cooling(var until)
                        && until.equals(rested.until()))
            .ifPresent(
                block ->
                    transition.ledger =
                        transition.ledger.put(
                            owner.with(
                                block.with(rested.ip(), new AddressState.Rested(rested.until())))));
      }
    }
  }

  /**
   * Refuses those who have waited long enough and for whom nothing is free now either. The queue is
   * in order of arrival, so deadlines only grow.
   */
  static void waiters(Transition transition) {
    var late = new ArrayList<Long>();
    for (var entry : transition.calls.queue().entrySet()) {
      if (!transition.passed(entry.getValue().deadline())) {
        break;
      }
      late.add(entry.getKey());
    }
    var outlook = late.isEmpty() ? "" : AddAdmission.outlook(transition);
    for (var place : late) {
      var waiter = transition.calls.queue().get(place);
      if (waiter != null) {
        Answers.refuse(
            transition,
            waiter.call(),
            Reason.TIMED_OUT,
            "no address became free within "
                + transition.settings().waiting().longest().toSeconds()
                + " s"
                + outlook);
      }
      transition.calls = transition.calls.dequeue(place);
    }
  }
}
