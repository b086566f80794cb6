package io.vpccni.charts;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads and writes YAML as plain maps and lists. A key that stands twice is an error. */
final class Yaml {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private Yaml() {}

  /** Returns the documents that are not empty. */
  static List<Map<String, Object>> documents(String text) {
    var all = new Load(LoadSettings.builder().build()).loadAllFromString(text);
    return StreamSupport.stream(all.spliterator(), false)
        .filter(document -> document != null)
        .map(Yaml::map)
        .toList();
  }

  static Map<String, Object> document(String text) {
    var all = documents(text);
    return all.isEmpty() ? Map.of() : all.getFirst();
  }

  static Map<String, Object> file(Path file) throws IOException {
    return document(Files.readString(file));
  }

  /**
   * Writes a value as JSON, which every version of YAML reads alike; Helm's takes a bare {@code
   * yes} for a boolean.
   */
  static String text(Object value) {
    return JSON.asJson(value);
  }

  /** Returns a map as one with texts as keys, which every map of these files is. */
  static Map<String, Object> map(Object value) {
    var copy = new LinkedHashMap<String, Object>();
    ((Map<?, ?>) value).forEach((key, each) -> copy.put(String.valueOf(key), each));
    return copy;
  }

  /** Lays one map over another, as Helm does with a file of values. */
  static Map<String, Object> merged(Map<String, Object> below, Map<String, Object> above) {
    var all = new LinkedHashMap<>(below);
    above.forEach((key, value) -> all.put(key, laidOver(all.get(key), value)));
    return all;
  }

  private static Object laidOver(@Nullable Object below, Object above) {
    return below instanceof Map<?, ?> && above instanceof Map<?, ?>
        ? merged(map(below), map(above))
        : above;
  }

  /**
   * Returns the paths of the values that are not maps, such as {@code image.tag}; an empty map
   * counts as a value.
   */
  static List<String> leaves(Map<String, Object> map) {
    var found = new ArrayList<String>();
    map.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
            leaves(map(inner)).forEach(path -> found.add(key + "." + path));
          } else {
            found.add(key);
          }
        });
    return found;
  }
}
