package io.vpccni.sim.scene;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The members of one object of a scene file. Every problem is told with its place, such as {@code
 * vpcs[0].subnets[1].cidr}; a member that nothing reads is a problem, too: it is a typing error.
 */
final class Fields {
  private final String where;
  private final JsonObject json;

  Fields(String where, JsonObject json, Set<String> known) {
    this.where = where;
    this.json = json;
    for (var name : json.fieldNames()) {
      if (!known.contains(name)) {
        throw problem(
            name,
            "is unknown here; there are " + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  IllegalArgumentException problem(String name, String what) {
    var place = where.isEmpty() ? name : where + "." + name;
    return new IllegalArgumentException("scene: " + place + " " + what);
  }

  String need(String name) {
    return text(name).orElseThrow(() -> problem(name, "is missing"));
  }

  Optional<String> text(String name) {
    var value = json.getValue(name);
    return value == null ? Optional.empty() : Optional.of(value.toString());
  }

  <T> T need(String name, Function<String, T> parser) {
    return parsed(name, need(name), parser);
  }

  <T> Optional<T> optional(String name, Function<String, T> parser) {
    return text(name).map(value -> parsed(name, value, parser));
  }

  private <T> T parsed(String name, String value, Function<String, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException malformed) {
      throw problem(name, "is malformed: " + malformed.getMessage());
    }
  }

  boolean flag(String name) {
    return optional(name, Fields::strict).orElse(false);
  }

  private static Boolean strict(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false: " + text);
    };
  }

  /** Plain values of a list. */
  <T> List<T> list(String name, Function<String, T> parser) {
    return stream(name).map(value -> parsed(name, value.toString(), parser)).toList();
  }

  /** The objects of a list, each with its place. */
  <T> List<T> objects(String name, Set<String> known, Function<Fields, T> reader) {
    var items = stream(name).toList();
    return Stream.iterate(0, i -> i < items.size(), i -> i + 1)
        .map(
            i -> {
              if (!(items.get(i) instanceof JsonObject object)) {
                throw problem(name + "[" + i + "]", "is no object");
              }
              var place = (where.isEmpty() ? "" : where + ".") + name + "[" + i + "]";
              return reader.apply(new Fields(place, object, known));
            })
        .toList();
  }

  private Stream<Object> stream(String name) {
    return json.containsKey(name) ? json.getJsonArray(name).stream() : Stream.of();
  }

  SortedMap<String, String> tags() {
    var tags = new TreeMap<String, String>();
    if (json.containsKey("tags")) {
      json.getJsonObject("tags").forEach(tag -> tags.put(tag.getKey(), tag.getValue().toString()));
    }
    return Collections.unmodifiableSortedMap(tags);
  }

  JsonObject object(String name) {
    return json.containsKey(name) ? json.getJsonObject(name) : new JsonObject();
  }
}
