package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.retry.Scheduler;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * This is what every part of this package works with: the node that it serves, whom it asks, the
 * settings, time and chance, and who hears what happens.
 *
 * @param limits empty while the instance type is unknown: then EC2 refuses what is too much
 * @param wallClock for dates that others read, such as tags; durations go by the scheduler's clock
 */
public record Ec2Context(
    NodeFacts node,
    Optional<InstanceLimits> limits,
    Ec2Settings settings,
    Ec2Api api,
    Imds imds,
    Scheduler later,
    InstantSource wallClock,
    RandomGenerator random,
    Ec2Listener listener) {
  /** Returns the most addresses or prefixes that an ENI holds besides its primary address. */
  OptionalInt perEni() {
    return limits.stream().mapToInt(known -> known.ipv4Limit() - 1).findFirst();
  }

  /**
   * Tells metrics of a step that EC2 has refused; where there was no answer, EC2 has not refused.
   *
   * @param step one of the names in {@link EniStepFailed}
   */
  void stepFailed(String step, Ec2Refused why) {
    if (Ec2Errors.answered(why.failed().code())) {
      listener.failed(new EniStepFailed(step, String.valueOf(why.getMessage())));
    }
  }
}
