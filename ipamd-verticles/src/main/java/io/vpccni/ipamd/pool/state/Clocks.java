package io.vpccni.ipamd.pool.state;

import java.time.Instant;

/**
 * This part knows what time it is and when things were last asked for; {@link Instant#EPOCH} means
 * never.
 *
 * @param now the time of the last event; it never goes back
 * @param veths when host veths were listed
 * @param imds when IMDS was read
 * @param host when the links of ENIs were brought up
 * @param saveRetry when a failed write may be repeated
 * @param wake when the pool will be woken
 */
public record Clocks(
    Instant now, Instant veths, Instant imds, Instant host, Instant saveRetry, Instant wake) {
  static final Clocks NEVER =
      new Clocks(
          Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);

  /** Answers of worker threads may be told in another order than they came in. */
  Clocks at(Instant time) {
    return time.isAfter(now) ? new Clocks(time, veths, imds, host, saveRetry, wake) : this;
  }

  public Clocks vethsListed() {
    return new Clocks(now, now, imds, host, saveRetry, wake);
  }

  public Clocks imdsRead() {
    return new Clocks(now, veths, now, host, saveRetry, wake);
  }

  public Clocks hostApplied() {
    return new Clocks(now, veths, imds, now, saveRetry, wake);
  }

  public Clocks saveRetryAt(Instant at) {
    return new Clocks(now, veths, imds, host, at, wake);
  }

  Clocks wakeAt(Instant at) {
    return new Clocks(now, veths, imds, host, saveRetry, at);
  }
}
