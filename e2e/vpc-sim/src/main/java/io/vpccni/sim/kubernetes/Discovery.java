package io.vpccni.sim.kubernetes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ResourceType;
import io.vpccni.sim.kubernetes.store.ResourceTypes;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Answers the paths by which clients find out which kinds are served. */
record Discovery(ResourceTypes types) {
  static final JsonObject VERSION =
      new JsonObject()
          .put("major", "1")
          .put("minor", "34")
          .put("gitVersion", "v1.34.0-vpcsim")
          .put("gitCommit", "")
          .put("gitTreeState", "clean")
          .put("buildDate", "2025-08-27T00:00:00Z")
          .put("goVersion", "go1.24.6")
          .put("compiler", "gc")
          .put("platform", "linux/amd64");

  private static final List<String> VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  /**
   * @param server is the address by which the client reaches the server, with its port
   */
  Optional<JsonObject> answer(String path, String server) {
    var parts = List.of(path.replaceFirst("^/+", "").replaceFirst("/$", "").split("/"));
    if (parts.equals(List.of("api"))) {
      return Optional.of(coreVersions(server));
    }
    if (parts.equals(List.of("apis"))) {
      return Optional.of(groups());
    }
    if (parts.size() == 2 && parts.getFirst().equals("api")) {
      return resources("", parts.get(1));
    }
    if (parts.size() == 2 && parts.getFirst().equals("apis")) {
      return group(parts.get(1))
          .map(group -> group.put("kind", "APIGroup").put("apiVersion", "v1"));
    }
    return parts.size() == 3 && parts.getFirst().equals("apis")
        ? resources(parts.get(1), parts.get(2))
        : Optional.empty();
  }

  private static JsonObject coreVersions(String server) {
    return new JsonObject()
        .put("kind", "APIVersions")
        .put("versions", new JsonArray().add("v1"))
        .put(
            "serverAddressByClientCIDRs",
            new JsonArray()
                .add(new JsonObject().put("clientCIDR", "0.0.0.0/0").put("serverAddress", server)));
  }

  private JsonObject groups() {
    var all = new JsonArray();
    types.all().stream()
        .map(ResourceType::group)
        .filter(group -> !group.isEmpty())
        .distinct()
        .forEach(group -> group(group).ifPresent(all::add));
    return new JsonObject().put("kind", "APIGroupList").put("apiVersion", "v1").put("groups", all);
  }

  /** Returns the group with its versions; the first one is preferred. */
  private Optional<JsonObject> group(String name) {
    var versions = new JsonArray();
    types.all().stream()
        .filter(type -> type.group().equals(name))
        .map(ResourceType::version)
        .distinct()
        .forEach(
            version ->
                versions.add(
                    new JsonObject()
                        .put("groupVersion", name + "/" + version)
                        .put("version", version)));
    return name.isEmpty() || versions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new JsonObject()
                .put("name", name)
                .put("versions", versions)
                .put("preferredVersion", versions.getJsonObject(0).copy()));
  }

  private Optional<JsonObject> resources(String group, String version) {
    var found = new TreeMap<String, JsonObject>();
    for (var type : types.all()) {
      if (type.group().equals(group) && type.version().equals(version)) {
        found.put(type.plural(), resource(type));
        if (type.statusSubresource()) {
          found.put(
              type.plural() + "/status",
              described(type, type.plural() + "/status", "", List.of("get", "patch", "update")));
        }
      }
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new JsonObject()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version)
                .put("resources", new JsonArray(List.copyOf(found.values()))));
  }

  private static JsonObject resource(ResourceType type) {
    var json = described(type, type.plural(), type.singular(), VERBS);
    return type.shortNames().isEmpty()
        ? json
        : json.put("shortNames", new JsonArray(type.shortNames()));
  }

  private static JsonObject described(
      ResourceType type, String name, String singular, List<String> verbs) {
    return new JsonObject()
        .put("name", name)
        .put("singularName", singular)
        .put("namespaced", type.namespaced())
        .put("kind", type.kind())
        .put("verbs", new JsonArray(verbs));
  }
}
