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

  static void due(Transition transition) {
    unanswered(transition);
    describe(transition);
    veths(transition);
    if (transition.described
        && transition.passed(transition.clocks.imds().plus(IMDS_EVERY))
        && quiet(transition)) {
      transition.clocks = transition.clocks.imdsAt(transition.now);
      transition.command(new PoolCommand.ReadImds());
    }
    Dataplane.again(transition);
  }

  private static void veths(Transition transition) {
    boolean soon =
        transition.veths.isEmpty()
            || transition.leaving.values().stream().anyMatch(leaving -> stale(transition, leaving));
    var due = transition.clocks.veths().plus(soon ? VETHS_AGAIN : VETHS_EVERY);
    if (transition.dataplane && transition.passed(due)) {
      Dataplane.listVeths(transition);
    } else if (soon) {
      transition.wake(due);
    }
  }

  private static boolean stale(Transition transition, Reclaim leaving) {
    return !leaving.asked()
        && transition.veths.map(VethView::askedAt).orElse(Instant.EPOCH).isBefore(leaving.marked());
  }

  /** IMDS lags: while something changes, all it can show is the past. */
  private static boolean quiet(Transition transition) {
    return transition.asked.values().stream()
        .allMatch(InFlightRequest.ToListVeths.class::isInstance);
  }

  /** Every request is answered; should one not be, it must not block its ENI for ever. */
  private static void unanswered(Transition transition) {
    transition.asked.forEach(
        (id, what) -> {
          boolean veths = what instanceof InFlightRequest.ToListVeths;
          if (transition.within(what.since(), veths ? VETHS_EVERY : NO_ANSWER)) {
            return;
          }
          transition.asked = transition.asked.minus(id);
          if (!veths) {
            Ec2Failures.handle(transition, what, Ec2Failures.noAnswer(what));
          }
        });
  }

  private static void describe(Transition transition) {
    boolean wanted = !transition.described || transition.doubt.isPresent();
    boolean asking =
        transition.asked.values().stream().anyMatch(InFlightRequest.ToDescribe.class::isInstance);
    if (wanted && !asking && !Backoffs.pauses(transition, Ec2Action.DESCRIBE.name(), "")) {
      transition.clocks = transition.clocks.describeAt(transition.now);
      transition.askEc2(new InFlightRequest.ToDescribe(transition.now), new DescribeAttached());
    }
  }
}
