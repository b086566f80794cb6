package io.vpccni.sim.kubernetes.store;

import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A patch has one of the three forms that clients send; server-side apply is not supported. */
public sealed interface Patch {
  JsonMapper MAPPER = new JsonMapper();

  /**
   * @param current is a copy, which may be modified
   * @throws ApiFailure if the patch does not fit the object
   */
  JsonObject apply(JsonObject current);

  /**
   * Follows RFC 7386: objects are merged, everything else is replaced, and null removes a member.
   */
  record Merge(JsonObject patch) implements Patch {
    @Override
    public JsonObject apply(JsonObject current) {
      return merged(current, patch);
    }

    private static JsonObject merged(JsonObject into, JsonObject patch) {
      for (var member : patch) {
        var value = member.getValue();
        if (value instanceof JsonObject below) {
          // Where there is no object yet the patch is merged into an empty one, without its nulls.
          into.put(member.getKey(), merged(Json.object(into, member.getKey()), below));
        } else {
          Json.set(into, member.getKey(), value);
        }
      }
      return into;
    }
  }

  /** This is Kubernetes' own form, which merges some lists by a key of their items. */
  record Strategic(JsonObject patch) implements Patch {
    @Override
    public JsonObject apply(JsonObject current) {
      return StrategicMerge.merge(current, patch);
    }
  }

  /** Follows RFC 6902: a list of operations, all of which must succeed. */
  record Operations(JsonArray operations) implements Patch {
    @Override
    public JsonObject apply(JsonObject current) {
      try {
        var document = MAPPER.readTree(current.encode());
        for (var operation : MAPPER.readTree(operations.encode())) {
          checkRemoval(document, operation);
          document = JsonPatch.apply(MAPPER.createArrayNode().add(operation), document);
        }
        return new JsonObject(MAPPER.writeValueAsString(document));
      } catch (JsonPatchException failed) {
        throw ApiFailure.invalid(
            "the server rejected our request due to an error in our request: "
                + failed.getMessage());
      } catch (JacksonException | DecodeException malformed) {
        throw ApiFailure.badRequest("error decoding patch: " + malformed.getMessage());
      }
    }

    /** The library removes what is not there without a word, and the API server refuses that. */
    private static void checkRemoval(JsonNode document, JsonNode operation) {
      var path = operation.path("path").asString("");
      if (operation.path("op").asString("").equals("remove") && document.at(path).isMissingNode()) {
        throw ApiFailure.invalid(
            "the server rejected our request due to an error in our request: nothing to remove at "
                + path);
      }
    }
  }

  /**
   * @param contentType tells the form
   * @throws ApiFailure if the form is not known or not served for this type, or the body malformed
   */
  static Patch parse(String contentType, String body, ResourceType type) {
    try {
      return switch (contentType.replaceFirst(";.*", "").strip()) {
        case "application/merge-patch+json" -> new Merge(new JsonObject(body));
        case "application/json-patch+json" -> new Operations(new JsonArray(body));
        case "application/strategic-merge-patch+json" -> {
          // The schema of a custom resource has no merge keys.
          if (type.custom()) {
            throw ApiFailure.unsupportedMediaType(contentType);
          }
          yield new Strategic(new JsonObject(body));
        }
        default -> throw ApiFailure.unsupportedMediaType(contentType);
      };
    } catch (DecodeException malformed) {
      throw ApiFailure.badRequest("error decoding patch: " + malformed.getMessage());
    }
  }
}
