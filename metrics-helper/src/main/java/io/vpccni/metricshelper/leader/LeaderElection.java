package io.vpccni.metricshelper.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides whether this replica may take or renew the Lease, and how long it leads. It compares only
 * times of its own monotonic clock, in nanoseconds, so the clocks of the replicas may differ. The
 * three times are the defaults of Kubernetes' own components.
 */
final class LeaderElection {
  /** Another replica takes the Lease when its holder has been silent for this long. */
  static final Duration LEASE = Duration.ofSeconds(15);

  /** A leader that could not renew the Lease for this long stops leading, well before LEASE. */
  static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

  /** The Lease is read, and renewed by its holder, once in this time. */
  static final Duration RETRY = Duration.ofSeconds(2);

  private final String replica;
  private String seenVersion = "";
  private long seenAt;
  private boolean granted;
  private long leadsUntil;

  /**
   * @param replica a name that no other process has
   */
  LeaderElection(String replica) {
    this.replica = replica;
  }

  /**
   * Returns the Lease that this replica should write now, or nothing if another replica leads.
   *
   * @param found the Lease as it was just read
   * @param nanos the time at which the answer arrived
   */
  Optional<Lease> claim(Optional<Lease> found, long nanos, Instant now) {
    if (found.isEmpty()) return Optional.of(new Lease("", replica, LEASE, 0, now, now));
    var lease = found.get();
    if (lease.holder().equals(replica)) return Optional.of(lease.renewedAt(now));
    granted = false;
    if (!lease.version().equals(seenVersion)) {
      seenVersion = lease.version();
      seenAt = nanos;
    }
    boolean over = lease.holder().isEmpty() || nanos - seenAt >= lease.duration().toNanos();
    return over ? Optional.of(lease.takenBy(replica, LEASE, now)) : Optional.empty();
  }

  /**
   * Notes that the Lease was written.
   *
   * @param askedAt the time at which the request to write it was sent
   */
  void grant(long askedAt) {
    granted = true;
    leadsUntil = askedAt + RENEW_DEADLINE.toNanos();
  }

  /** Notes that this replica gives up the Lease. */
  void resign() {
    granted = false;
  }

  boolean leads(long nanos) {
    return granted && nanos - leadsUntil < 0;
  }
}
