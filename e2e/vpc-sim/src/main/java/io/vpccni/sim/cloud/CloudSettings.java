package io.vpccni.sim.cloud;

import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.faults.Latency;

/**
 * The settings a cloud starts with; {@link Cloud} can change all but region, account and seed while
 * it runs.
 *
 * @param account has twelve digits
 * @param seed determines every id, address and delay
 * @param throttling says whether EC2's request limits apply
 */
public record CloudSettings(
    String region,
    String account,
    long seed,
    Rules rules,
    boolean throttling,
    Latency latency,
    Lag lag) {
  /** Returns settings without delays and lag, throttled as EC2 is. */
  public static CloudSettings prompt() {
    return new CloudSettings(
        "us-west-2", "123456789012", 1, Rules.immediate(), true, Latency.NONE, Lag.NONE);
  }

  public CloudSettings withSeed(long next) {
    return new CloudSettings(region, account, next, rules, throttling, latency, lag);
  }

  public CloudSettings withRules(Rules next) {
    return new CloudSettings(region, account, seed, next, throttling, latency, lag);
  }

  public CloudSettings withLag(Lag next) {
    return new CloudSettings(region, account, seed, rules, throttling, latency, next);
  }
}
