package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies a strategic merge patch, as the Kubernetes API reference describes it: like a merge
 * patch, but lists with a merge key are merged item by item, and directives whose names begin with
 * a dollar sign replace, delete, retain or order. Lists without a merge key are replaced.
 */
final class StrategicMerge {
  private static final String DIRECTIVE = "$patch";
  private static final String RETAIN = "$retainKeys";
  private static final String ORDER = "$setElementOrder/";
  private static final String DELETE = "$deleteFromPrimitiveList/";

  /** These lists have a merge key, by the field tags of the API types in k8s.io/api/core/v1. */
  private static final Map<String, List<String>> MERGE_KEYS =
      Map.ofEntries(
          Map.entry("containers", List.of("name")),
          Map.entry("initContainers", List.of("name")),
          Map.entry("ephemeralContainers", List.of("name")),
          Map.entry("volumes", List.of("name")),
          Map.entry("env", List.of("name")),
          Map.entry("imagePullSecrets", List.of("name")),
          Map.entry("secrets", List.of("name")),
          Map.entry("ports", List.of("containerPort", "port")),
          Map.entry("volumeMounts", List.of("mountPath")),
          Map.entry("volumeDevices", List.of("devicePath")),
          Map.entry("hostAliases", List.of("ip")),
          Map.entry("podIPs", List.of("ip")),
          Map.entry("hostIPs", List.of("ip")),
          Map.entry("conditions", List.of("type")),
          Map.entry("addresses", List.of("type")),
          Map.entry("ownerReferences", List.of("uid")),
          Map.entry("topologySpreadConstraints", List.of("topologyKey")));

  /** These lists of plain values are merged as sets. */
  private static final Set<String> SETS = Set.of("finalizers", "podCIDRs");

  private StrategicMerge() {}

  /**
   * @param into may be modified
   */
  static JsonObject merge(JsonObject into, JsonObject patch) {
    if ("replace".equals(patch.getString(DIRECTIVE))) {
      var all = patch.copy();
      all.remove(DIRECTIVE);
      return all;
    }
    if (patch.getValue(RETAIN) instanceof JsonArray retained) {
      List.copyOf(into.fieldNames()).stream()
          .filter(name -> !retained.contains(name))
          .forEach(into::remove);
    }
    for (var member : patch) {
      var name = member.getKey();
      if (name.startsWith(DELETE)) {
        deleteFromSet(into, name.substring(DELETE.length()), (JsonArray) member.getValue());
      } else if (!name.startsWith("$")) {
        member(into, name, member.getValue());
      }
    }
    for (var member : patch) {
      if (member.getKey().startsWith(ORDER) && member.getValue() instanceof JsonArray order) {
        order(into, member.getKey().substring(ORDER.length()), order);
      }
    }
    return into;
  }

  private static void member(JsonObject into, String name, @Nullable Object value) {
    switch (value) {
      case JsonObject below when "delete".equals(below.getString(DIRECTIVE)) -> into.remove(name);
      case JsonObject below -> into.put(name, merge(Json.object(into, name), below));
      case JsonArray list when SETS.contains(name) ->
          into.put(name, union(array(into, name), list));
      case JsonArray list when key(name, list) != null ->
          into.put(name, mergeItems(array(into, name), list, String.valueOf(key(name, list))));
      case null -> into.remove(name);
      default -> into.put(name, value);
    }
  }

  private static JsonArray array(JsonObject in, String name) {
    return in.getValue(name) instanceof JsonArray list ? list : new JsonArray();
  }

  /**
   * Returns the merge key of a list, told by its name and by what its items have; null if it has
   * none.
   */
  private static @Nullable String key(String name, JsonArray list) {
    return MERGE_KEYS.getOrDefault(name, List.of()).stream()
        .filter(key -> Json.objects(list).anyMatch(item -> item.containsKey(key)))
        .findFirst()
        .orElse(null);
  }

  private static JsonArray union(JsonArray there, JsonArray added) {
    var all = there.copy();
    added.stream().filter(value -> !all.contains(value)).forEach(all::add);
    return all;
  }

  private static void deleteFromSet(JsonObject into, String name, JsonArray values) {
    var left = array(into, name).copy();
    values.forEach(left::remove);
    into.put(name, left);
  }

  private static JsonArray mergeItems(JsonArray there, JsonArray patch, String key) {
    boolean replace =
        Json.objects(patch)
            .anyMatch(
                item -> "replace".equals(item.getString(DIRECTIVE)) && !item.containsKey(key));
    var items =
        replace ? new ArrayList<JsonObject>() : new ArrayList<>(Json.objects(there).toList());
    for (var item : Json.objects(patch).toList()) {
      if (!item.containsKey(key)) {
        if (item.containsKey(DIRECTIVE)) {
          continue;
        }
        throw ApiFailure.badRequest("map does not contain declared merge key: " + key);
      }
      int at = indexOf(items, key, item.getValue(key));
      if ("delete".equals(item.getString(DIRECTIVE))) {
        if (at >= 0) {
          items.remove(at);
        }
      } else if (at >= 0) {
        items.set(at, merge(items.get(at), item));
      } else {
        items.add(merge(new JsonObject(), item));
      }
    }
    return new JsonArray(items);
  }

  private static int indexOf(List<JsonObject> items, String key, Object value) {
    for (int i = 0; i < items.size(); i++) {
      if (value.equals(items.get(i).getValue(key))) {
        return i;
      }
    }
    return -1;
  }

  /** Puts the items that the order names first and in that order; the others keep theirs. */
  private static void order(JsonObject into, String name, JsonArray order) {
    var key = key(name, order);
    var wanted = new ArrayList<Object>();
    order.forEach(
        item ->
            wanted.add(
                key != null && item instanceof JsonObject object ? object.getValue(key) : item));
    var items = new ArrayList<Object>();
    array(into, name).forEach(items::add);
    items.sort(
        Comparator.comparingInt(
            item -> {
              int at =
                  wanted.indexOf(
                      key != null && item instanceof JsonObject object
                          ? object.getValue(key)
                          : item);
              return at < 0 ? wanted.size() : at;
            }));
    if (!items.isEmpty()) {
      into.put(name, new JsonArray(items));
    }
  }
}
