package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.function.UnaryOperator;

/** Holds one event of a watch; its object must not be modified. */
public record WatchEvent(Type type, JsonObject object) {
  /** Holds the types of events, named as Kubernetes names them. */
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED,
    BOOKMARK,
    ERROR
  }

  /** A bookmark tells a watch its position without an object. */
  static WatchEvent bookmark(ResourceType type, long version, boolean endsInitialEvents) {
    var metadata = new JsonObject().put("resourceVersion", String.valueOf(version));
    if (endsInitialEvents) {
      metadata.put(
          "annotations", new JsonObject().put("k8s.io/initial-events-end", String.valueOf(true)));
    }
    return new WatchEvent(
        Type.BOOKMARK,
        new JsonObject()
            .put("kind", type.kind())
            .put("apiVersion", type.apiVersion())
            .put("metadata", metadata));
  }

  public static WatchEvent error(ApiFailure failure) {
    return new WatchEvent(Type.ERROR, failure.status());
  }

  /**
   * Returns the event as the API sends it.
   *
   * @param shown is how the client wants to see objects
   */
  public String encode(UnaryOperator<JsonObject> shown) {
    boolean isObject =
        switch (type) {
          case ADDED, MODIFIED, DELETED -> true;
          case BOOKMARK, ERROR -> false;
        };
    return new JsonObject()
        .put("type", type.name())
        .put("object", isObject ? shown.apply(object) : object)
        .encode();
  }
}
