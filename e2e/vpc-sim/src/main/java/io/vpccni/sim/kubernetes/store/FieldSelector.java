package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Selects by fields, such as {@code spec.nodeName=a,metadata.namespace!=b}; all of its terms must
 * match. An absent field has the empty value.
 */
record FieldSelector(List<Term> terms) {
  private static final Set<String> OF_ALL = Set.of("metadata.name", "metadata.namespace");

  /** The API server selects by these fields, besides those of all kinds. */
  private static final Map<String, Set<String>> OF_KIND =
      Map.of(
          "Pod",
          Set.of(
              "spec.nodeName",
              "spec.restartPolicy",
              "spec.schedulerName",
              "spec.serviceAccountName",
              "spec.hostNetwork",
              "status.phase",
              "status.podIP",
              "status.nominatedNodeName"),
          "Node",
          Set.of("spec.unschedulable"),
          "Namespace",
          Set.of("status.phase"),
          "Secret",
          Set.of("type"),
          "Event",
          Set.of(
              "involvedObject.kind",
              "involvedObject.namespace",
              "involvedObject.name",
              "involvedObject.uid",
              "involvedObject.apiVersion",
              "involvedObject.resourceVersion",
              "involvedObject.fieldPath",
              "reason",
              "reportingComponent",
              "source",
              "type"));

  record Term(String path, boolean equal, String value) {
    boolean matches(JsonObject object) {
      return Json.text(object, path).equals(value) == equal;
    }
  }

  /**
   * @throws ApiFailure if it is malformed, or the server does not select by that field
   */
  static FieldSelector parse(String text, ResourceType type) {
    return new FieldSelector(
        Stream.of(text.split(",", -1))
            .filter(term -> !term.isBlank())
            .map(term -> term(term.strip(), type))
            .toList());
  }

  private static Term term(String text, ResourceType type) {
    int at = text.indexOf('=');
    if (at < 1) {
      throw ApiFailure.badRequest("invalid selector: '" + text + "'");
    }
    boolean equal = text.charAt(at - 1) != '!';
    var path = Conversion.storedField(type, text.substring(0, equal ? at : at - 1));
    if (!OF_ALL.contains(path) && !OF_KIND.getOrDefault(type.kind(), Set.of()).contains(path)) {
      throw ApiFailure.badRequest("field label not supported: " + path);
    }
    return new Term(path, equal, text.substring(at + 1).replaceFirst("^=", ""));
  }

  boolean matches(JsonObject object) {
    return terms.stream().allMatch(term -> term.matches(object));
  }
}
