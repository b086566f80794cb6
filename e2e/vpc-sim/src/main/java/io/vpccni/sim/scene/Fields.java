package io.vpccni.sim.scene;

import io.vertx.core.json.JsonArray;
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
 * Reads the members of one object of a scene file. Every problem is reported with its place, such
 * as {@code vpcs[0].subnets[1].cidr}; an unknown member is a problem too, since it is most likely
 * misspelled.
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
            name, "is unknown here; known: " + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  InvalidScene problem(String name, String what) {
    return new InvalidScene(where.isEmpty() ? name : where + "." + name, what);
  }

  String need(String name) {
    return text(name).orElseThrow(() -> problem(name, "is missing"));
  }

  Optional<String> text(String name) {
    var value = json.getValue(name);
    if (value instanceof JsonObject || value instanceof JsonArray) {
      throw problem(name, "must be a plain value, not a list or an object");
    }
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
    } catch (NumberFormatException malformed) {
      throw problem(name, "is malformed: " + value + " (not an integer)");
    } catch (IllegalArgumentException malformed) {
      throw problem(name, "is malformed: " + value + " (" + malformed.getMessage() + ")");
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

  /** Returns the plain values of a list. */
  <T> List<T> list(String name, Function<String, T> parser) {
    return stream(name).map(value -> parsed(name, value.toString(), parser)).toList();
  }

  /** Returns the objects of a list, each with its place. */
  <T> List<T> objects(String name, Set<String> known, Function<Fields, T> reader) {
    var items = stream(name).toList();
    return Stream.iterate(0, i -> i < items.size(), i -> i + 1)
        .map(
            i -> {
              if (!(items.get(i) instanceof JsonObject object)) {
                throw problem(name + "[" + i + "]", "must be an object");
              }
              var place = (where.isEmpty() ? "" : where + ".") + name + "[" + i + "]";
              return reader.apply(new Fields(place, object, known));
            })
        .toList();
  }

  private Stream<Object> stream(String name) {
    var value = json.getValue(name);
    if (value == null) {
      return Stream.of();
    }
    if (!(value instanceof JsonArray list)) {
      throw problem(name, "must be a list: start each item with a dash");
    }
    return list.stream();
  }

  SortedMap<String, String> tags() {
    return texts("tags");
  }

  /** Returns the members of an object with plain values. */
  SortedMap<String, String> texts(String name) {
    var texts = new TreeMap<String, String>();
    for (var member : object(name)) {
      if (member.getValue() == null) {
        throw problem(name + "." + member.getKey(), "has no value");
      }
      texts.put(member.getKey(), member.getValue().toString());
    }
    return Collections.unmodifiableSortedMap(texts);
  }

  JsonObject object(String name) {
    var value = json.getValue(name);
    if (value == null) {
      return new JsonObject();
    }
    if (!(value instanceof JsonObject object)) {
      throw problem(name, "must be an object with members of its own");
    }
    return object;
  }
}
