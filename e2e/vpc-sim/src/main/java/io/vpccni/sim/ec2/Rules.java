package io.vpccni.sim.ec2;

import java.time.Duration;

/**
 * How this cloud behaves where AWS leaves room.
 *
 * @param eniPending how long a new ENI is {@code pending}
 * @param attaching from the answer to the attach until the guest sees the device
 * @param detaching how long an ENI stays {@code detaching}; deleting it fails until then
 * @param instancePending how long a new instance is {@code pending}
 * @param shuttingDown how long a terminated one is {@code shutting-down} before
 * @param eniQuota ENIs per region; EC2's default is 5000
 * @param choice which free address is given
 */
public record Rules(
    Duration eniPending,
    Duration attaching,
    Duration detaching,
    Duration instancePending,
    Duration shuttingDown,
    int eniQuota,
    Choice choice) {
  /** Which free address or prefix a caller gets that names none. */
  public enum Choice {
    /** As EC2: no order to rely on, so single addresses fragment the blocks that prefixes need. */
    RANDOM,
    /** The lowest, for tests that want to name addresses. */
    LOWEST
  }

  /** Everything settles within the call, addresses are random. */
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

  public Rules withChoice(Choice next) {
    return new Rules(
        eniPending, attaching, detaching, instancePending, shuttingDown, eniQuota, next);
  }

  public Rules withEniQuota(int next) {
    return new Rules(eniPending, attaching, detaching, instancePending, shuttingDown, next, choice);
  }

  /**
   * @param down how long an instance is {@code shutting-down}
   */
  public Rules withInstances(Duration pending, Duration down) {
    return new Rules(eniPending, attaching, detaching, pending, down, eniQuota, choice);
  }
}
