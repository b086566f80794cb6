package io.vpccni.ipamd.pool.state;

import java.time.Instant;

/**
 * A backoff is a pause of one kind of request to EC2 about one subject.
 *
 * @param failures how many rounds have failed: requests that were under way together are one
 * @param failedAt when the first request of the last round failed
 */
public record Backoff(Instant until, int failures, Instant failedAt) {
  /**
   * Tells whether the failure came after the request was made, so that one is not news to the
   * other.
   */
  public boolean isAfter(Instant asked) {
    return asked.isBefore(failedAt);
  }

  /** Returns the same with this end, unless it lasts longer already. */
  public Backoff atLeastUntil(Instant end) {
    return end.isAfter(until) ? new Backoff(end, failures, failedAt) : this;
  }

  /**
   * @param action EC2's or our name of what is paused
   * @param subject a subnet, an ENI or a card
   */
  public record Key(String action, String subject) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byAction = action.compareTo(other.action);
      return byAction != 0 ? byAction : subject.compareTo(other.subject);
    }
  }
}
