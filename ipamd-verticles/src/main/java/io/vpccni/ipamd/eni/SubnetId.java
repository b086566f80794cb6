package io.vpccni.ipamd.eni;

/** This is the id of a subnet, such as {@code subnet-0123456789abcdef0}. */
public record SubnetId(String value) implements Comparable<SubnetId> {
  @Override
  public int compareTo(SubnetId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
