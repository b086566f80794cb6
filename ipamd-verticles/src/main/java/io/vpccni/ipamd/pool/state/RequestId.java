package io.vpccni.ipamd.pool.state;

/**
 * Ties the answer of EC2 or of the data plane to what was asked; never used twice by one process.
 */
public record RequestId(long value) implements Comparable<RequestId> {
  @Override
  public int compareTo(RequestId other) {
    return Long.compare(value, other.value);
  }
}
