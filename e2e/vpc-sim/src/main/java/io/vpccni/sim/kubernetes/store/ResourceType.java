package io.vpccni.sim.kubernetes.store;

import java.util.List;
import java.util.Locale;

/**
 * Describes one kind of object in one version, as the API serves it.
 *
 * @param group is empty for the core group
 * @param statusSubresource says whether {@code status} is written by its subresource alone
 */
public record ResourceType(
    String group,
    String version,
    String plural,
    String kind,
    Scope scope,
    boolean statusSubresource,
    List<String> shortNames) {
  /** The scope says whether objects live in a namespace. */
  public enum Scope {
    CLUSTER,
    NAMESPACED
  }

  public ResourceType {
    shortNames = List.copyOf(shortNames);
  }

  public boolean namespaced() {
    return scope == Scope.NAMESPACED;
  }

  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  public String singular() {
    return kind.toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the name in error messages: {@code pods}, or {@code eniconfigs.crd.k8s.amazonaws.com}.
   */
  String qualifiedName() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** Returns whether a CustomResourceDefinition made it; such groups are not of k8s.io. */
  boolean custom() {
    return group.contains(".") && !group.endsWith(".k8s.io");
  }
}
