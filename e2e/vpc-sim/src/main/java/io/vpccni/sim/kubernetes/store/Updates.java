package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** Decides what becomes of an object that a client writes. */
final class Updates {
  private Updates() {}

  /** Says which part of an object a request writes. */
  enum Part {
    ALL,
    STATUS
  }

  /** Returns the object that a create request makes. */
  static JsonObject created(
      ResourceType type, String namespace, JsonObject proposed, long version, Instant now) {
    checkKind(type, proposed);
    var object = typed(type, proposed.copy());
    object.put("metadata", ObjectMeta.fresh(type, namespace, proposed, version, now));
    // A kubelet registers its node with a status; what else has one gets it by the subresource.
    if (type.statusSubresource() && !type.kind().equals("Node")) {
      object.remove("status");
    }
    if (type.kind().equals("Pod")) {
      object.put("status", new JsonObject().put("phase", "Pending"));
    }
    return object;
  }

  /**
   * Returns the object that an update makes; it equals the current one if the update changes
   * nothing.
   *
   * @throws ApiFailure if it is for another object or another version of it
   */
  static JsonObject updated(ResourceType type, JsonObject current, JsonObject proposed, Part part) {
    checkKind(type, proposed);
    checkSame(type, current, proposed);
    return switch (part) {
      case ALL -> all(type, current, proposed);
      case STATUS -> status(type, current, proposed);
    };
  }

  private static JsonObject all(ResourceType type, JsonObject current, JsonObject proposed) {
    var next = typed(type, proposed.copy());
    next.put("metadata", ObjectMeta.kept(current, proposed));
    if (type.statusSubresource()) {
      Json.set(next, "status", current.getValue("status"));
    }
    if (!content(next).equals(content(current))) {
      var metadata = ObjectMeta.of(next);
      metadata.put("generation", metadata.getLong("generation", 0L) + 1);
    }
    return next;
  }

  private static JsonObject status(ResourceType type, JsonObject current, JsonObject proposed) {
    var next = current.copy();
    Json.set(next, "status", proposed.getValue("status"));
    if (!type.custom()) {
      for (var name : new String[] {"labels", "annotations"}) {
        Json.set(ObjectMeta.of(next), name, ObjectMeta.of(proposed).getValue(name));
      }
    }
    return next;
  }

  /** Returns what counts as a new generation: everything but metadata and status. */
  private static JsonObject content(JsonObject object) {
    var copy = object.copy();
    copy.remove("metadata");
    copy.remove("status");
    return copy;
  }

  private static JsonObject typed(ResourceType type, JsonObject object) {
    return object.put("kind", type.kind()).put("apiVersion", type.apiVersion());
  }

  private static void checkKind(ResourceType type, JsonObject proposed) {
    var kind = proposed.getString("kind", type.kind());
    var version = proposed.getString("apiVersion", type.apiVersion());
    if (!kind.equals(type.kind()) || !version.equals(type.apiVersion())) {
      throw ApiFailure.badRequest(
          "%s in version \"%s\" cannot be handled as a %s of %s"
              .formatted(kind, version, type.kind(), type.apiVersion()));
    }
  }

  private static void checkSame(ResourceType type, JsonObject current, JsonObject proposed) {
    var name = Json.text(current, "metadata.name");
    var named = Json.text(proposed, "metadata.name");
    if (!named.isEmpty() && !named.equals(name)) {
      throw ApiFailure.badRequest(
          "the name of the object (%s) does not match the name on the URL (%s)"
              .formatted(named, name));
    }
    if (differs(current, proposed, "metadata.uid")) {
      throw ApiFailure.conflict(
          type,
          name,
          "Precondition failed: UID in precondition: %s, UID in object meta: %s"
              .formatted(Json.text(proposed, "metadata.uid"), Json.text(current, "metadata.uid")));
    }
    if (differs(current, proposed, "metadata.resourceVersion")) {
      throw ApiFailure.conflict(
          type,
          name,
          "the object has been modified; please apply your changes to the latest version and try"
              + " again");
    }
  }

  /** Returns whether a client names another value than the current one; it may name none. */
  private static boolean differs(JsonObject current, JsonObject proposed, String path) {
    var named = Json.text(proposed, path);
    return !named.isEmpty() && !named.equals(Json.text(current, path));
  }
}
