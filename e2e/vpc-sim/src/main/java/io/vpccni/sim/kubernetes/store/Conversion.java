package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * Converts objects between the version they are stored in and the one a request names. Events are
 * the only kind whose members differ: {@code events.k8s.io/v1} has other names for those of {@code
 * v1}, and both show the same objects.
 */
final class Conversion {
  private static final String EVENTS_GROUP = "events.k8s.io";

  /** Maps the members of events of {@code events.k8s.io/v1} to their names in {@code v1}. */
  private static final Map<String, String> EVENT_MEMBERS =
      Map.of(
          "regarding", "involvedObject",
          "note", "message",
          "reportingController", "reportingComponent",
          "deprecatedSource", "source",
          "deprecatedFirstTimestamp", "firstTimestamp",
          "deprecatedLastTimestamp", "lastTimestamp",
          "deprecatedCount", "count");

  private Conversion() {}

  /** Returns the type in which objects of this one are stored. */
  static ResourceType storage(ResourceType type) {
    return type.group().equals(EVENTS_GROUP) ? ResourceTypes.EVENTS : type;
  }

  /** Returns the stored object as this type shows it; it must not be modified. */
  static JsonObject shown(ResourceType type, JsonObject stored) {
    if (type.apiVersion().equals(stored.getString("apiVersion"))) {
      return stored;
    }
    var shown = stored.copy().put("apiVersion", type.apiVersion());
    if (type.group().equals(EVENTS_GROUP)) {
      EVENT_MEMBERS.forEach((theirs, ours) -> rename(shown, ours, theirs));
    }
    return shown;
  }

  /** Returns a written object of this type as it is stored. */
  static JsonObject stored(ResourceType type, JsonObject written) {
    if (!type.group().equals(EVENTS_GROUP)) {
      return written;
    }
    var stored = written.copy();
    if (type.apiVersion().equals(stored.getString("apiVersion", type.apiVersion()))) {
      stored.put("apiVersion", ResourceTypes.EVENTS.apiVersion());
    }
    EVENT_MEMBERS.forEach((theirs, ours) -> rename(stored, theirs, ours));
    return stored;
  }

  /** Returns the name of a selectable field as it is stored: {@code regarding.name} for example. */
  static String storedField(ResourceType type, String path) {
    int dot = path.indexOf('.');
    var first = dot < 0 ? path : path.substring(0, dot);
    return type.group().equals(EVENTS_GROUP) && EVENT_MEMBERS.containsKey(first)
        ? EVENT_MEMBERS.get(first) + (dot < 0 ? "" : path.substring(dot))
        : path;
  }

  private static void rename(JsonObject object, String from, String to) {
    if (object.containsKey(from)) {
      object.put(to, object.remove(from));
    }
  }
}
