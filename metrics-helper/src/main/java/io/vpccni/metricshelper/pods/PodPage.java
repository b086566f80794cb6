package io.vpccni.metricshelper.pods;

import io.vpccni.metricshelper.totals.PodId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.minidev.json.JSONObject;
import net.minidev.json.parser.JSONParser;
import net.minidev.json.parser.ParseException;

/**
 * Holds one page of the list of pods.
 *
 * @param next the token of the next page; empty on the last one
 */
record PodPage(List<PodId> pods, String next) {
  PodPage {
    pods = List.copyOf(pods);
  }

  /**
   * Reads a page.
   *
   * @throws IllegalArgumentException if it is no list of objects
   */
  static PodPage parse(byte[] json) {
    if (!(value(json) instanceof JSONObject list)
        || !(list.get("items") instanceof List<?> items)) {
      throw new IllegalArgumentException("the API server's answer is no list of pods");
    }
    var pods = new ArrayList<PodId>();
    for (var item : items) {
      if (item instanceof JSONObject pod && pod.get("metadata") instanceof JSONObject metadata) {
        pods.add(new PodId(metadata.getAsString("name"), text(metadata, "uid")));
      }
    }
    return new PodPage(
        pods,
        list.get("metadata") instanceof JSONObject metadata ? text(metadata, "continue") : "");
  }

  private static Object value(byte[] json) {
    try {
      return new JSONParser(JSONParser.MODE_RFC4627)
          .parse(new String(json, StandardCharsets.UTF_8));
    } catch (ParseException malformed) {
      throw new IllegalArgumentException(
          "the API server's answer is no JSON: " + malformed.getMessage(), malformed);
    }
  }

  private static String text(JSONObject object, String member) {
    return object.get(member) instanceof String text ? text : "";
  }
}
