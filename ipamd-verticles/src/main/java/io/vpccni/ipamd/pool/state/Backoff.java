package io.vpccni.ipamd.pool.state;

import java.time.Instant;

/** A backoff is a pause of one kind of request to EC2 about one subject. */
public record Backoff(Instant until, int failures) {
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
