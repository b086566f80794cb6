package io.vpccni.e2e.bench;

import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.faults.Latency;
import java.time.Duration;

/** These are the times that EC2 and IMDS take in a region that is not busy. */
final class RealLatencies {
  static final Duration CALL = Duration.ofMillis(350);
  static final Duration ATTACHING = Duration.ofMillis(1500);

  /** IMDS shows an ENI between 1 and 1.5 s after it was attached. */
  static final Duration UNTIL_SHOWN = Duration.ofMillis(1250);

  private RealLatencies() {}

  static void set(Cloud cloud) {
    cloud.latency(new Latency(CALL, CALL));
    cloud.rules(cloud.rules().withAttaching(ATTACHING));
    cloud.lag(new Lag(Duration.ZERO, UNTIL_SHOWN, UNTIL_SHOWN));
  }

  /**
   * Returns the least time in which so many ENIs are usable: those that are created side by side
   * take the time of one, and the call that attaches one returns before the ENI is there.
   */
  static Duration least(int enis, int sideBySide) {
    int rounds = (enis + sideBySide - 1) / sideBySide;
    return rounds == 0 ? CALL : CALL.plus(ATTACHING).plus(UNTIL_SHOWN).multipliedBy(rounds);
  }
}
