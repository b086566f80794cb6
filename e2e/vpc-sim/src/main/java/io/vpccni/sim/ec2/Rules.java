package io.vpccni.sim.ec2;

import java.time.Duration;

/**
 * Says how this cloud behaves where AWS makes no promise.
 *
 * @param eniPending is how long a new ENI is {@code pending}
 * @param attaching is the time from the answer to AttachNetworkInterface until the guest sees the
 *     device
 * @param detaching is how long an ENI stays {@code detaching}; deleting it fails until then
 * @param instancePending is how long a new instance is {@code pending}
 * @param shuttingDown is how long an instance is {@code shutting-down} before it is terminated
 * @param eniQuota is the number of ENIs per region; EC2's default is 5000
 * @param choice says which free address is assigned
 */
public record Rules(
    Duration eniPending,
    Duration attaching,
    Duration detaching,
    Duration instancePending,
    Duration shuttingDown,
    int eniQuota,
    Choice choice) {
  /** Says which free address or prefix a caller gets who names none. */
  public enum Choice {
    /** Gives a random one, as EC2 does: single addresses fragment the blocks that prefixes need. */
    RANDOM,
    /** Gives the lowest one, for tests that name addresses. */
    LOWEST
  }

  /** Returns rules by which everything settles within the call and addresses are random. */
  public static Rules immediate() {
    return new Rules(
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        5000,
        Choice.RANDOM);
  }

  public Rules withAttaching(Duration next) {
    return new Rules(eniPending, next, detaching, instancePending, shuttingDown, eniQuota, choice);
  }

  public Rules withDetaching(Duration next) {
    return new Rules(eniPending, attaching, next, instancePending, shuttingDown, eniQuota, choice);
  }

  public Rules withPending(Duration next) {
    return new Rules(next, attaching, detaching, instancePending, shuttingDown, eniQuota, choice);
  }

  public Rules withEniQuota(int next) {
    return new Rules(eniPending, attaching, detaching, instancePending, shuttingDown, next, choice);
  }

  /**
   * @param down is how long an instance is {@code shutting-down}
   */
  public Rules withInstances(Duration pending, Duration down) {
    return new Rules(eniPending, attaching, detaching, pending, down, eniQuota, choice);
  }
}
