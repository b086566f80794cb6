package io.vpccni.charts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page of a chart's values, made of what its schema says and of the defaults in its values. */
record ValuesPage(Map<String, Object> schema, Map<String, Object> values) {
  private static final String TABLE =
      """

      | value | default | values | what it does |
      |---|---|---|---|
      """;

  static ValuesPage of(Chart chart) throws IOException {
    return new ValuesPage(chart.schema(), chart.values());
  }

  /** Returns the whole page: first the values that stand alone, then a table for each group. */
  String text(String head) {
    var page = new StringBuilder(head);
    page.append("\n## The pod and the objects around it\n").append(TABLE);
    properties(schema)
        .forEach(
            (key, property) -> {
              if (!isGroup(property)) page.append(row(key, property, values.get(key)));
            });
    properties(schema)
        .forEach(
            (key, property) -> {
              if (isGroup(property)) group(page, key, property, Yaml.map(values.get(key)));
            });
    if (values.get("env") instanceof Map<?, ?> env) {
      page.append("\n## Defaults of `env`\n\n");
      env.forEach((name, value) -> page.append("* `%s`: %s\n".formatted(name, shown(value))));
    }
    return page.toString();
  }

  private static void group(
      StringBuilder page, String key, Map<String, Object> property, Map<String, Object> defaults) {
    page.append("\n## `%s`\n\n%s\n".formatted(key, property.get("description"))).append(TABLE);
    rows(page, key, property, defaults);
  }

  private static void rows(
      StringBuilder page, String path, Map<String, Object> group, Map<String, Object> defaults) {
    properties(group)
        .forEach(
            (key, property) -> {
              var inner = path + "." + key;
              if (isGroup(property)) {
                rows(page, inner, property, Yaml.map(defaults.get(key)));
              } else {
                page.append(row(inner, property, defaults.get(key)));
              }
            });
  }

  private static String row(String path, Map<String, Object> property, @Nullable Object value) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(path, shown(value), words(property), property.get("description"));
  }

  /** A structure is shown only if it is short; values.yaml has it anyway. */
  private static String shown(@Nullable Object value) {
    var text =
        switch (value) {
          case null -> "null";
          case String plain -> plain;
          case Object other -> Yaml.text(other);
        };
    boolean structure = !(value instanceof String);
    if (text.isEmpty() || (structure && (text.equals("{}") || text.equals("[]")))) return "empty";
    return text.length() > 70 ? "see values.yaml" : "`" + text + "`";
  }

  private static String words(Map<String, Object> property) {
    if (property.get("enum") instanceof List<?> words) {
      return words.stream()
          .filter(word -> word != null)
          .map(Object::toString)
          .distinct()
          .collect(Collectors.joining(", "));
    }
    var types = new ArrayList<String>();
    var type = property.get("type");
    for (var each : type instanceof List<?> several ? several : List.of(String.valueOf(type))) {
      types.add(
          switch (each.toString()) {
            case "string" -> "text";
            case "integer", "number" -> number(property);
            case "boolean" -> "true, false";
            case "object" -> "map";
            case "array" -> "list";
            default -> each.toString();
          });
    }
    return types.stream().filter(each -> !each.equals("null")).collect(Collectors.joining(" or "));
  }

  private static String number(Map<String, Object> property) {
    var low = property.get("minimum");
    var high = property.get("maximum");
    if (low == null) return "number";
    return high == null ? low + " or more" : low + " to " + high;
  }

  static boolean isGroup(Map<String, Object> property) {
    return property.containsKey("properties");
  }

  static Map<String, Map<String, Object>> properties(Map<String, Object> of) {
    var all = new LinkedHashMap<String, Map<String, Object>>();
    Yaml.map(of.getOrDefault("properties", Map.of()))
        .forEach((key, property) -> all.put(key, Yaml.map(property)));
    return all;
  }
}
