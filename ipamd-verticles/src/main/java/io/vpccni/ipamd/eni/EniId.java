package io.vpccni.ipamd.eni;

/** This is the id of an ENI, such as {@code eni-0123456789abcdef0}. */
public record EniId(String value) implements Comparable<EniId> {
  @Override
  public int compareTo(EniId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
