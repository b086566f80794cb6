package io.vpccni.ipamd.config;

import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import java.util.Map;
import java.util.TreeMap;

/** {@code ADDITIONAL_ENI_TAGS}: a JSON object of texts. */
final class EniTags {
  private static final String NAME = "ADDITIONAL_ENI_TAGS";
  private static final String RESERVED = "k8s.amazonaws.com";

  private EniTags() {}

  static Map<String, String> read(Reader in) {
    var tags = new TreeMap<String, String>();
    try {
      if (!in.raw(NAME).isBlank()) {
        for (var entry : Json.object(in.raw(NAME)).entrySet()) {
          if (!(entry.getValue() instanceof String value)) {
            in.problem(NAME, "has a value that is no text; no tag is used");
            return in.note(NAME, Map.of());
          }
          if (entry.getKey().contains(RESERVED)) {
            in.problem(NAME, entry.getKey() + " is reserved (" + RESERVED + "); left out");
          } else {
            tags.put(entry.getKey(), value);
          }
        }
      }
    } catch (MalformedJson malformed) {
      in.problem(
          NAME, "is not a JSON object of texts (" + malformed.getMessage() + "); no tag is used");
      tags.clear();
    }
    return in.note(NAME, Map.copyOf(tags));
  }
}
