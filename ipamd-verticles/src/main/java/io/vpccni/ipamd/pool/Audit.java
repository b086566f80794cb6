package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import java.time.Duration;
import java.time.Instant;

/** Looks at the world again where belief is old or doubtful. */
final class Audit {
  /** Longer than the bus waits for EC2. */
  private static final Duration NO_ANSWER = Duration.ofMinutes(6);

  private static final Duration VETHS_EVERY = Duration.ofSeconds(30);
  private static final Duration VETHS_AGAIN = Duration.ofSeconds(1);
  private static final Duration IMDS_EVERY = Duration.ofMinutes(1);

  private Audit() {}

  static void due(Turn turn) {
    unanswered(turn);
    describe(turn);
    veths(turn);
    if (turn.described && turn.passed(turn.clocks.imds().plus(IMDS_EVERY)) && quiet(turn)) {
      turn.clocks = turn.clocks.imdsAt(turn.now);
      turn.command(new PoolCommand.ReadImds());
    }
    Dataplane.again(turn);
  }

  private static void veths(Turn turn) {
    boolean soon =
        turn.veths.isEmpty()
            || turn.leaving.values().stream().anyMatch(leaving -> stale(turn, leaving));
    var due = turn.clocks.veths().plus(soon ? VETHS_AGAIN : VETHS_EVERY);
    if (turn.dataplane && turn.passed(due)) {
      Veths.ask(turn);
    } else if (soon) {
      turn.wake(due);
    }
  }

  private static boolean stale(Turn turn, Leaving leaving) {
    return !leaving.asked()
        && turn.veths.map(VethView::askedAt).orElse(Instant.EPOCH).isBefore(leaving.marked());
  }

  /** IMDS lags: while something changes, all it can show is the past. */
  private static boolean quiet(Turn turn) {
    return turn.asked.values().stream().allMatch(Asked.ToListVeths.class::isInstance);
  }

  /** Every request is answered; should one not be, it must not block its ENI for ever. */
  private static void unanswered(Turn turn) {
    turn.asked.forEach(
        (id, what) -> {
          boolean veths = what instanceof Asked.ToListVeths;
          if (turn.within(what.since(), veths ? VETHS_EVERY : NO_ANSWER)) {
            return;
          }
          turn.asked = turn.asked.minus(id);
          if (!veths) {
            Ec2Failures.handle(turn, what, Ec2Failures.noAnswer(what));
          }
        });
  }

  private static void describe(Turn turn) {
    boolean wanted = !turn.described || turn.doubt.isPresent();
    boolean asking = turn.asked.values().stream().anyMatch(Asked.ToDescribe.class::isInstance);
    if (wanted && !asking && !Backoffs.pauses(turn, Ec2Action.DESCRIBE.name(), "")) {
      turn.clocks = turn.clocks.describeAt(turn.now);
      turn.askEc2(new Asked.ToDescribe(turn.now), new DescribeAttached());
    }
  }
}
