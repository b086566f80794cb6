package io.vpccni.sim.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Holds the path of a request for objects, such as {@code
 * /apis/apps/v1/namespaces/a/daemonsets/b/status}.
 *
 * @param group is empty for the core group
 * @param namespace is empty for objects of cluster scope, and for all namespaces
 * @param name is empty for a collection
 * @param subresource is empty for the object itself
 */
record RequestPath(
    String group,
    String version,
    String namespace,
    String plural,
    String name,
    String subresource) {
  /** Parses a path; the result is empty if the path is not one of objects. */
  static Optional<RequestPath> parse(String path) {
    var parts = Arrays.asList(path.replaceFirst("^/+", "").split("/", -1));
    if (parts.getFirst().equals("api") && parts.size() > 2) {
      return of("", parts.get(1), parts.subList(2, parts.size()));
    }
    return parts.getFirst().equals("apis") && parts.size() > 3
        ? of(parts.get(1), parts.get(2), parts.subList(3, parts.size()))
        : Optional.empty();
  }

  private static Optional<RequestPath> of(String group, String version, List<String> rest) {
    // A namespace is an object itself, and what follows its name is a subresource or its contents.
    boolean within =
        rest.size() > 2 && rest.getFirst().equals("namespaces") && !rest.get(2).equals("status");
    var namespace = within ? rest.get(1) : "";
    var object = within ? rest.subList(2, rest.size()) : rest;
    if (object.size() > 3 || object.contains("")) {
      return Optional.empty();
    }
    return Optional.of(
        new RequestPath(
            group, version, namespace, object.getFirst(), part(object, 1), part(object, 2)));
  }

  private static String part(List<String> parts, int number) {
    return parts.size() > number ? parts.get(number) : "";
  }
}
