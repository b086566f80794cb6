package io.vpccni.sim.kubernetes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Shows objects as the tables that {@code kubectl get} prints, which come from the server.
 *
 * @param include is the query parameter {@code includeObject}: what of the object comes with its
 *     row
 */
record Tables(ResourceType type, String include, Instant now) {
  /** Returns a list or one object as a table. */
  JsonObject of(JsonObject listOrObject) {
    var columns = Columns.of(type);
    var rows = new JsonArray();
    objects(listOrObject)
        .forEach(
            object -> {
              var cells = new JsonArray();
              columns.forEach(column -> cells.add(column.cell().apply(object, now)));
              rows.add(row(object).put("cells", cells));
            });
    return new JsonObject()
        .put("kind", "Table")
        .put("apiVersion", "meta.k8s.io/v1")
        .put("metadata", tableMetadata(listOrObject))
        .put("columnDefinitions", new JsonArray(columns.stream().map(Tables::definition).toList()))
        .put("rows", rows);
  }

  private static Stream<JsonObject> objects(JsonObject listOrObject) {
    return listOrObject.getValue("items") instanceof JsonArray items
        ? items.stream().map(JsonObject.class::cast)
        : Stream.of(listOrObject);
  }

  /** Returns the metadata that concerns the list as a whole. */
  private static JsonObject tableMetadata(JsonObject listOrObject) {
    var metadata = new JsonObject();
    for (var name : List.of("resourceVersion", "continue", "remainingItemCount")) {
      var value = listOrObject.getJsonObject("metadata").getValue(name);
      if (value != null) {
        metadata.put(name, value);
      }
    }
    return metadata;
  }

  private JsonObject row(JsonObject object) {
    return switch (include) {
      case "None" -> new JsonObject();
      case "Object" -> new JsonObject().put("object", object);
      default ->
          new JsonObject()
              .put(
                  "object",
                  new JsonObject()
                      .put("kind", "PartialObjectMetadata")
                      .put("apiVersion", "meta.k8s.io/v1")
                      .put("metadata", object.getJsonObject("metadata")));
    };
  }

  private static JsonObject definition(Columns.Column column) {
    return new JsonObject()
        .put("name", column.name())
        .put("type", "string")
        .put("format", column.name().equals("Name") ? "name" : "")
        .put("description", column.name())
        .put("priority", column.wide() ? 1 : 0);
  }
}
