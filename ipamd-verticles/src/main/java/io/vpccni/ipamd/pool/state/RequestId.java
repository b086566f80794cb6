package io.vpccni.ipamd.pool.state;

/**
 * This id ties the answer of EC2 or of the data plane to what was asked. One process never uses an
 * id twice.
 */
public record RequestId(long value) implements Comparable<RequestId> {
  @Override
  public int compareTo(RequestId other) {
    return Long.compare(value, other.value);
  }
}
