package io.vpccni.ipamd.pod;

/** A pod by namespace and name; both empty where a call did not say. */
public record PodRef(String namespace, String name) {
  public static final PodRef UNKNOWN = new PodRef("", "");

  public boolean known() {
    return !namespace.isEmpty() && !name.isEmpty();
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
