package io.vpccni.ipamd.pod;

import org.jspecify.annotations.Nullable;

/** Names a pod by namespace and name; both are empty where a call did not say. */
public record PodRef(String namespace, String name) {
  public static final PodRef UNKNOWN = new PodRef("", "");

  public boolean known() {
    return !namespace.isEmpty() && !name.isEmpty();
  }

  /** This method is written out for the same reason as {@link Attachment#equals}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PodRef pod && name.equals(pod.name) && namespace.equals(pod.namespace);
  }

  @Override
  public int hashCode() {
    return 31 * namespace.hashCode() + name.hashCode();
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
