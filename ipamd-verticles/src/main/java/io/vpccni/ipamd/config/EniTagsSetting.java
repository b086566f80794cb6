package io.vpccni.ipamd.config;

import io.vpccni.ipamd.eni.TagRules;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads {@code ADDITIONAL_ENI_TAGS}, which is a JSON object of texts. */
final class EniTagsSetting {
  private static final String RESERVED = "k8s.amazonaws.com";

  private EniTagsSetting() {}

  /**
   * Reads them.
   *
   * @param leftOut is told of each tag that EC2's users may not set
   * @throws IllegalArgumentException if it is something else; then no tag is used
   */
  static Map<String, String> parse(String text, Consumer<String> leftOut) {
    if (text.isBlank()) return Map.of();
    var tags = new TreeMap<String, String>();
    try {
      for (var entry : Json.object(text).entrySet()) {
        if (!(entry.getValue() instanceof String value)) {
          throw new IllegalArgumentException("has a value that is no text");
        }
        var problem = TagRules.problem(entry.getKey(), value);
        if (problem.isPresent()) {
          leftOut.accept(shortened(entry.getKey()) + " has " + problem.get() + "; left out");
        } else if (tags.size() >= TagRules.MOST_ADDITIONAL) {
          leftOut.accept(
              shortened(entry.getKey())
                  + " is one of more than "
                  + TagRules.MOST_ADDITIONAL
                  + " tags; left out");
        } else if (entry.getKey().contains(RESERVED)) {
          leftOut.accept(entry.getKey() + " is reserved (" + RESERVED + "); left out");
        } else {
          tags.put(entry.getKey(), value);
        }
      }
    } catch (MalformedJson malformed) {
      throw new IllegalArgumentException(
          "is not a JSON object of texts (" + malformed.getMessage() + ")", malformed);
    }
    return Map.copyOf(tags);
  }

  private static String shortened(String key) {
    return "\"" + (key.length() <= 40 ? key : key.substring(0, 40) + "…") + "\"";
  }
}
