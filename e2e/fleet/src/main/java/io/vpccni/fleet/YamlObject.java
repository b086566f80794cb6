package io.vpccni.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * This is an object of a YAML file whose members are read with their kind checked.
 *
 * @param place where it is in the file, such as {@code changes[0]}, for messages
 */
record YamlObject(String place, Map<String, Object> members) {
  private static final Pattern DURATION = Pattern.compile("(\\d+)(s|m|h)");

  static YamlObject of(String place, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          (place.isEmpty() ? "the file" : place) + " must be an object");
    }
    var members = new TreeMap<String, Object>();
    map.forEach(
        (key, member) -> {
          if (member != null) members.put(String.valueOf(key), member);
        });
    return new YamlObject(place, members);
  }

  IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException((place.isEmpty() ? "the file" : place) + ": " + why);
  }

  void onlyKnows(String... names) {
    for (var name : members.keySet()) {
      if (!List.of(names).contains(name)) {
        throw wrong("unknown member " + name + "; it may have " + String.join(", ", names));
      }
    }
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  private Object need(String name) {
    var value = members.get(name);
    if (value == null) throw wrong(name + " is missing");
    return value;
  }

  String text(String name) {
    return String.valueOf(need(name));
  }

  /** Returns a whole number, which is never negative. */
  int number(String name, int otherwise) {
    if (!has(name)) return otherwise;
    if (need(name) instanceof Integer number && number >= 0) return number;
    throw wrong(name + " must be a whole number of 0 or more");
  }

  /** Reads a duration such as {@code 90s}, {@code 30m} or {@code 2h}. */
  Duration duration(String name) {
    var matcher = DURATION.matcher(text(name));
    if (!matcher.matches()) throw wrong(name + " must be a duration such as 90s, 30m or 2h");
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  YamlObject object(String name) {
    return of(placeOf(name), need(name));
  }

  private String placeOf(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private List<?> list(String name) {
    if (!has(name)) return List.of();
    if (need(name) instanceof List<?> list) return list;
    throw wrong(name + " must be a list");
  }

  List<String> texts(String name) {
    return list(name).stream().map(String::valueOf).toList();
  }

  List<YamlObject> objects(String name) {
    var objects = new ArrayList<YamlObject>();
    for (var item : list(name)) {
      objects.add(of(placeOf(name) + "[" + objects.size() + "]", item));
    }
    return objects;
  }
}
