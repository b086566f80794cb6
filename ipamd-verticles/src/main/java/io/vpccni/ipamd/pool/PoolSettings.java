package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.Optional;

/**
 * This is what the operator wants of the pool.
 *
 * @param kind what is asked of EC2: single addresses, IPv4 prefixes or IPv6 prefixes
 * @param cooldown how long a released address rests before another pod may get it; 0 or more
 * @param egress range of the node-local addresses of the other family
 */
public record PoolSettings(
    AddressKind kind,
    Targets targets,
    Duration cooldown,
    Waiting waiting,
    EniUse enis,
    Ec2Access ec2,
    Optional<Cidr> egress) {
  /**
   * These are the bounds on the ADDs that wait for an address.
   *
   * @param longest how long one of them waits at most
   * @param calls how many may wait at the same time, 1 or more
   */
  public record Waiting(Duration longest, int calls) {
    public static final Waiting DEFAULT = new Waiting(Duration.ofSeconds(15), 1000);

    public Waiting atMost(Duration wanted) {
      return new Waiting(wanted, calls);
    }
  }

  /**
   * This is how the slots for ENIs are used.
   *
   * @param customNetworking pods get no addresses of the primary ENI
   * @param reserveTrunk one slot of card 0 is kept for a trunk ENI that is not attached yet
   * @param multiNic an ADD may ask for one address on each card
   * @param createdAtOnce how many ENIs may be created at the same time where pods need them, 1 or
   *     more
   */
  public record EniUse(
      boolean customNetworking, boolean reserveTrunk, boolean multiNic, int createdAtOnce) {
    /**
     * The tokens that EC2 keeps for this action are the whole account's, and other nodes grow too.
     */
    public static final int AT_ONCE = 3;
  }

  /**
   * This is what EC2 may be asked for.
   *
   * @param provisioning false: EC2 is never asked to change anything
   * @param imdsOnly EC2 is never asked at all
   * @param manageNonSchedulable grow and free ENIs on a cordoned node too
   */
  public record Ec2Access(boolean provisioning, boolean imdsOnly, boolean manageNonSchedulable) {
    /** Tells whether EC2 may be asked to change something. */
    public boolean mayChange() {
      return provisioning && !imdsOnly;
    }
  }

  public PoolSettings withKind(AddressKind wanted) {
    return new PoolSettings(wanted, targets, cooldown, waiting, enis, ec2, egress);
  }

  public PoolSettings withTargets(Targets wanted) {
    return new PoolSettings(kind, wanted, cooldown, waiting, enis, ec2, egress);
  }
}
