package io.vpccni.ipamd.eni;

/** {@code eni-…} */
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
