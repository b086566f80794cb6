package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Holds one page of a list, as of one resource version.
 *
 * @param next continues the list; empty on its last page
 * @param remaining is the number of objects after this page; absent where a selector narrows them
 */
public record ObjectPage(
    List<JsonObject> items, long version, Optional<Token> next, OptionalLong remaining) {
  public ObjectPage {
    items = List.copyOf(items);
  }

  /**
   * Says where a list goes on, and in which state of the store.
   *
   * @param after is the place of the last object given
   */
  public record Token(long version, String after) {
    /**
     * @throws ApiFailure if it is not one that was given out
     */
    public static Token parse(String text) {
      try {
        var json =
            new JsonObject(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
        return new Token(json.getLong("rv"), json.getString("start"));
      } catch (RuntimeException malformed) {
        throw ApiFailure.badRequest("continue key is not valid");
      }
    }

    String text() {
      var json = new JsonObject().put("v", "meta.k8s.io/v1").put("rv", version).put("start", after);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Returns the list object as the API sends it. */
  public JsonObject list(ResourceType type) {
    var metadata = new JsonObject().put("resourceVersion", String.valueOf(version));
    next.ifPresent(token -> metadata.put("continue", token.text()));
    remaining.ifPresent(count -> metadata.put("remainingItemCount", count));
    return new JsonObject()
        .put("kind", type.kind() + "List")
        .put("apiVersion", type.apiVersion())
        .put("metadata", metadata)
        .put("items", new JsonArray(items));
  }
}
