package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Dataplane;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ledger.Reclaim;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.VethView;
import io.vpccni.ipamd.pool.truth.Ec2Failures;
import java.time.Duration;
import java.time.Instant;

/** Asks EC2, IMDS and net-programmer again where what the pool believes is old or doubtful. */
final class Audit {
  /**
   * A request without an answer is given up after this, which is longer than the bus waits for EC2.
   */
  private static final Duration NO_ANSWER = Duration.ofMinutes(6);

  private static final Duration VETHS_EVERY = Duration.ofSeconds(30);
  private static final Duration VETHS_AGAIN = Duration.ofSeconds(1);
  private static final Duration IMDS_EVERY = Duration.ofMinutes(1);

  private Audit() {}

  static void due(Transition transition) {
    unanswered(transition);
    describe(transition);
    veths(transition);
    if (transition.cloud.described()
        && transition.passed(transition.clocks.imds().plus(IMDS_EVERY))
        && quiet(transition)) {
      transition.clocks = transition.clocks.imdsRead();
      transition.command(new PoolCommand.ReadImds());
    }
    Dataplane.again(transition);
  }

  private static void veths(Transition transition) {
    var pause = pauseOfVeths(transition);
    var due = transition.clocks.veths().plus(pause);
    if (transition.links.connected() && transition.passed(due)) {
      Dataplane.listVeths(transition);
    } else if (pause.compareTo(VETHS_EVERY) < 0) {
      transition.wake(due);
    }
  }

  /** Returns how long after the last list of veths the next one is due. */
  private static Duration pauseOfVeths(Transition transition) {
    var list = transition.links.veths();
    boolean needed =
        list.isEmpty()
            || transition.ledger.reclaims().values().stream()
                .anyMatch(leaving -> stale(transition, leaving));
    if (needed) return VETHS_AGAIN;
    return outdated(transition, list.get())
        ? transition.links.addressChanges().pause()
        : VETHS_EVERY;
  }

  private static boolean outdated(Transition transition, VethView list) {
    return !transition.links.addressChanges().last().isBefore(list.askedAt());
  }

  private static boolean stale(Transition transition, Reclaim leaving) {
    return !leaving.asked()
        && transition
            .links
            .veths()
            .map(VethView::askedAt)
            .orElse(Instant.EPOCH)
            .isBefore(leaving.marked());
  }

  /** Tells whether nothing is changing. While something is, IMDS can only show the past. */
  private static boolean quiet(Transition transition) {
    return transition.cloud.inFlight().values().stream()
        .allMatch(InFlightRequest.ToListVeths.class::isInstance);
  }

  /**
   * Gives up requests without an answer. Each one is answered, but should one not be, it must not
   * block its ENI for ever.
   */
  private static void unanswered(Transition transition) {
    transition
        .cloud
        .inFlight()
        .forEach(
            (id, what) -> {
              boolean veths = what instanceof InFlightRequest.ToListVeths;
              if (transition.within(what.since(), veths ? VETHS_EVERY : NO_ANSWER)) {
                return;
              }
              transition.cloud = transition.cloud.answered(id);
              if (!veths) {
                Ec2Failures.handle(transition, what, Ec2Failures.noAnswer(what));
              }
            });
  }

  private static void describe(Transition transition) {
    boolean wanted = !transition.cloud.described() || transition.cloud.doubt().isPresent();
    boolean asking =
        transition.cloud.inFlight().values().stream()
            .anyMatch(InFlightRequest.ToDescribe.class::isInstance);
    if (wanted && !asking && !Backoffs.pauses(transition, Ec2Action.DESCRIBE.name(), "")) {
      transition.askEc2(new InFlightRequest.ToDescribe(transition.now()), new DescribeAttached());
    }
  }
}
