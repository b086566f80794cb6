package io.vpccni.ipamd.pool;

/** Names one ADD or DEL that waits for its answer; no id is used twice by one process. */
public record CallId(long value) implements Comparable<CallId> {
  @Override
  public int compareTo(CallId other) {
    return Long.compare(value, other.value);
  }
}
