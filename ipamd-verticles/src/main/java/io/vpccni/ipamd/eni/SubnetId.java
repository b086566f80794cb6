package io.vpccni.ipamd.eni;

/** {@code subnet-…} */
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
