package io.vpccni.ipamd.pod;

/** Names a pod by namespace and name; both are empty where a call did not say. */
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
