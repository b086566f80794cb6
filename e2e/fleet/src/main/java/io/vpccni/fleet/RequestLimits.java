package io.vpccni.fleet;

import io.vpccni.sim.faults.Latency;
import io.vpccni.sim.faults.Throttle;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Applies EC2's published token buckets, one for each action of the account, and counts what they
 * let through.
 */
final class RequestLimits {
  private static final Latency LATENCY =
      new Latency(Duration.ofMillis(150), Duration.ofMillis(1200));

  private final VirtualClock clock;
  private final RandomGenerator chance;
  private final Throttle throttle = new Throttle();
  private final SortedMap<String, FleetResult.Calls> calls = new TreeMap<>();

  RequestLimits(VirtualClock clock, RandomGenerator chance) {
    this.clock = clock;
    this.chance = chance;
  }

  /**
   * Takes a token for a request, or says that there is none.
   *
   * @param attempt counts the requests of one call, from 1
   */
  boolean admits(String action, int attempt) {
    boolean admitted = throttle.admits(action, true, clock.now());
    var one = new FleetResult.Calls(1, admitted ? 0 : 1, attempt == 1 ? 0 : 1);
    calls.merge(action, one, FleetResult.Calls::plus);
    return admitted;
  }

  Duration latency() {
    return LATENCY.draw(chance);
  }

  SortedMap<String, FleetResult.Calls> calls() {
    return new TreeMap<>(calls);
  }
}
