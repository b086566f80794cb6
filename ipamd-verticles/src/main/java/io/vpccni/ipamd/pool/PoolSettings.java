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
 * @param addWait the longest that an ADD waits for an address
 * @param maxWaiting ADDs that may wait at the same time, 1 or more
 * @param customNetworking pods get no addresses of the primary ENI
 * @param manageNonSchedulable grow and free ENIs on a cordoned node too
 * @param provisioning false: EC2 is never asked to change anything
 * @param imdsOnly EC2 is never asked at all
 * @param reserveTrunk one slot of card 0 is kept for a trunk ENI that is not attached yet
 * @param multiNic an ADD may ask for one address on each card
 * @param egress range of the node-local addresses of the other family
 */
public record PoolSettings(
    AddressKind kind,
    Targets targets,
    Duration cooldown,
    Duration addWait,
    int maxWaiting,
    boolean customNetworking,
    boolean manageNonSchedulable,
    boolean provisioning,
    boolean imdsOnly,
    boolean reserveTrunk,
    boolean multiNic,
    Optional<Cidr> egress) {
  public static final Duration DEFAULT_ADD_WAIT = Duration.ofSeconds(15);
  public static final int DEFAULT_MAX_WAITING = 1000;

  /** Returns secondary IPs and everything at the reference's default. */
  public static PoolSettings defaults() {
    return new PoolSettings(
        AddressKind.SECONDARY_IP,
        new Targets(1, 0, 0, 0),
        Duration.ofSeconds(30),
        DEFAULT_ADD_WAIT,
        DEFAULT_MAX_WAITING,
        false,
        false,
        true,
        false,
        false,
        false,
        Optional.empty());
  }

  public PoolSettings withKind(AddressKind wanted) {
    return new PoolSettings(
        wanted,
        targets,
        cooldown,
        addWait,
        maxWaiting,
        customNetworking,
        manageNonSchedulable,
        provisioning,
        imdsOnly,
        reserveTrunk,
        multiNic,
        egress);
  }

  public PoolSettings withTargets(Targets wanted) {
    return new PoolSettings(
        kind,
        wanted,
        cooldown,
        addWait,
        maxWaiting,
        customNetworking,
        manageNonSchedulable,
        provisioning,
        imdsOnly,
        reserveTrunk,
        multiNic,
        egress);
  }
}
