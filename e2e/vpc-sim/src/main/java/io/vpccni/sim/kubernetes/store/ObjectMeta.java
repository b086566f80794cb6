package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keeps the metadata of objects that no client can change. */
final class ObjectMeta {
  private static final List<String> KEPT =
      List.of(
          "name",
          "namespace",
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation",
          "resourceVersion");

  /** Generated names have the characters that Kubernetes uses: no vowels, no 0, 1 or 3. */
  private static final String SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

  private ObjectMeta() {}

  static JsonObject of(JsonObject object) {
    return Json.object(object, "metadata");
  }

  /**
   * Returns the metadata of a new object.
   *
   * @param version makes its uid and generated name unique
   * @throws ApiFailure if it has no name, or names another namespace
   */
  static JsonObject fresh(
      ResourceType type, String namespace, JsonObject proposed, long version, Instant now) {
    var metadata = of(proposed).copy();
    for (var name : KEPT) {
      if (!name.equals("name") && !name.equals("namespace")) {
        metadata.remove(name);
      }
    }
    if (metadata.getString("name", "").isEmpty()) {
      var prefix = metadata.getString("generateName", "");
      if (prefix.isEmpty()) {
        throw ApiFailure.invalid(
            "%s \"\" is invalid: metadata.name: Required value: name or generateName is required"
                .formatted(type.kind()));
      }
      metadata.put("name", prefix + suffix(version));
    }
    metadata.remove("namespace");
    if (type.namespaced()) {
      var named = Json.text(proposed, "metadata.namespace");
      if (!named.isEmpty() && !named.equals(namespace)) {
        throw ApiFailure.badRequest(
            "the namespace of the provided object does not match the namespace sent on the request");
      }
      metadata.put("namespace", namespace);
    }
    return metadata
        .put("uid", new UUID(0x4000L, version | Long.MIN_VALUE).toString())
        .put("creationTimestamp", text(now))
        .put("generation", 1);
  }

  private static String suffix(long version) {
    var text = new StringBuilder();
    for (long rest = version, i = 0; i < 5; i++, rest /= SUFFIX.length()) {
      text.append(SUFFIX.charAt((int) (rest % SUFFIX.length())));
    }
    return text.toString();
  }

  /**
   * Returns the proposed metadata with what only the server may set taken from the current object.
   */
  static JsonObject kept(JsonObject current, JsonObject proposed) {
    var metadata = of(proposed).copy();
    for (var name : KEPT) {
      Json.set(metadata, name, of(current).getValue(name));
    }
    return metadata;
  }

  /** Returns a copy of the object with that resource version. */
  static JsonObject withVersion(JsonObject object, long version) {
    var copy = object.copy();
    of(copy).put("resourceVersion", String.valueOf(version));
    return copy;
  }

  static boolean hasFinalizers(JsonObject object) {
    return of(object).getValue("finalizers") instanceof JsonArray list && !list.isEmpty();
  }

  /** Returns when a deleted object ends; empty if it is not deleted. */
  static Optional<Instant> endsAt(JsonObject object) {
    var time = of(object).getString("deletionTimestamp");
    return time == null ? Optional.empty() : Optional.of(Instant.parse(time));
  }

  /** Returns the grace that a deleted object still has, in seconds. */
  static long grace(JsonObject object) {
    return of(object).getLong("deletionGracePeriodSeconds", 0L);
  }

  /** Writes a time as Kubernetes does, in whole seconds. */
  static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
