package io.vpccni.metricshelper.leader;

import java.time.Duration;
import java.time.Instant;

/**
 * Holds one version of the Lease.
 *
 * @param version the version that the API server gave it; empty if the Lease does not exist yet
 * @param holder the replica that leads; empty if none does
 * @param duration how long the holder may be silent
 * @param transitions how often the holder has changed
 * @param acquired when the holder began to lead
 * @param renewed when the holder last said that it leads
 */
public record Lease(
    String version,
    String holder,
    Duration duration,
    int transitions,
    Instant acquired,
    Instant renewed) {

  Lease renewedAt(Instant now) {
    return new Lease(version, holder, duration, transitions, acquired, now);
  }

  Lease takenBy(String replica, Duration silence, Instant now) {
    return new Lease(version, replica, silence, transitions + 1, now, now);
  }

  Lease released() {
    return new Lease(version, "", duration, transitions, acquired, renewed);
  }
}
