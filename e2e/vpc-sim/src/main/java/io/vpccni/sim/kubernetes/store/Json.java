package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads members of JSON objects that may be absent. */
final class Json {
  private Json() {}

  /** Returns the objects of a list; there are none if it is absent. */
  static Stream<JsonObject> objects(@Nullable JsonArray list) {
    return list == null
        ? Stream.empty()
        : list.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
  }

  /** Returns an object within an object; it is empty if it is absent. */
  static JsonObject object(JsonObject in, String name) {
    return in.getValue(name) instanceof JsonObject found ? found : new JsonObject();
  }

  /** Returns the text at a path such as {@code spec.nodeName}; it is empty if it is absent. */
  static String text(JsonObject in, String path) {
    @Nullable Object at = in;
    for (var name : path.split("\\.", -1)) {
      at = at instanceof JsonObject inner ? inner.getValue(name) : null;
    }
    return at == null ? "" : at.toString();
  }

  /** Puts a value, or removes the member if the value is null. */
  static void set(JsonObject in, String name, @Nullable Object value) {
    if (value == null) {
      in.remove(name);
    } else {
      in.put(name, value);
    }
  }
}
