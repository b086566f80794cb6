package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;

/**
 * An object is found by its key: group, plural, namespace and name. All versions of a kind share
 * their objects.
 *
 * @param namespace is empty for objects of cluster scope
 */
record ObjectKey(String group, String plural, String namespace, String name)
    implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::group)
          .thenComparing(ObjectKey::plural)
          .thenComparing(ObjectKey::namespace)
          .thenComparing(ObjectKey::name);

  static ObjectKey of(ResourceType type, String namespace, String name) {
    return new ObjectKey(Conversion.storage(type).group(), type.plural(), namespace, name);
  }

  static ObjectKey of(ResourceType type, JsonObject object) {
    return of(type, Json.text(object, "metadata.namespace"), Json.text(object, "metadata.name"));
  }

  boolean isOf(ResourceType type) {
    return group.equals(Conversion.storage(type).group()) && plural.equals(type.plural());
  }

  /** Returns the place in a list: by namespace, then by name. */
  String place() {
    return namespace + "/" + name;
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }
}
