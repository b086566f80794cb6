package io.vpccni.metricshelper.identity;

import java.util.Optional;
import net.minidev.json.JSONObject;
import net.minidev.json.parser.JSONParser;
import net.minidev.json.parser.ParseException;

/** Holds what is needed of an instance's identity document. */
public record InstanceIdentity(String instanceId, String region) {
  /** Reads the document; the result is empty if it lacks either member. */
  static Optional<InstanceIdentity> parse(String json) {
    try {
      return new JSONParser(JSONParser.MODE_RFC4627).parse(json) instanceof JSONObject document
              && document.get("instanceId") instanceof String id
              && document.get("region") instanceof String region
              && !region.isEmpty()
          ? Optional.of(new InstanceIdentity(id, region))
          : Optional.empty();
    } catch (ParseException malformed) {
      return Optional.empty();
    }
  }
}
