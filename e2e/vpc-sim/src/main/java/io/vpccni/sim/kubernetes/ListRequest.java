package io.vpccni.sim.kubernetes;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A path with its query taken apart.
 *
 * @param path what the mock understands: without the field selector
 * @param since only changes after this resource version are wanted; 0: everything there is, first
 */
record ListRequest(String path, FieldSelector fields, long since, boolean watch) {
  static ListRequest parse(String pathAndQuery) {
    int question = pathAndQuery.indexOf('?');
    if (question < 0) {
      return new ListRequest(pathAndQuery, FieldSelector.ANY, 0, false);
    }
    var query = query(pathAndQuery.substring(question + 1));
    var fields = FieldSelector.parse(decoded(query.getOrDefault("fieldSelector", "")));
    query.remove("fieldSelector");
    var rest =
        query.entrySet().stream()
            .map(pair -> pair.getKey() + "=" + pair.getValue())
            .collect(Collectors.joining("&"));
    var path = pathAndQuery.substring(0, question);
    return new ListRequest(
        rest.isEmpty() ? path : path + "?" + rest,
        fields,
        number(query.getOrDefault("resourceVersion", "")),
        "true".equals(query.get("watch")));
  }

  private static Map<String, String> query(String text) {
    var pairs = new TreeMap<String, String>();
    for (var pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return pairs;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  static long number(String text) {
    return text.isEmpty() || !text.chars().allMatch(Character::isDigit) ? 0 : Long.parseLong(text);
  }
}
