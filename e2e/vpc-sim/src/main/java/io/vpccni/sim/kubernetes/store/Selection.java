package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;

/**
 * Says which objects a list or a watch is about.
 *
 * @param namespace is empty for all namespaces
 */
public record Selection(
    ResourceType type, String namespace, LabelSelector labels, FieldSelector fields) {
  /**
   * @param labels is a label selector, empty for all
   * @param fields is a field selector, empty for all
   * @throws ApiFailure if a selector is malformed or not supported
   */
  public static Selection of(ResourceType type, String namespace, String labels, String fields) {
    return new Selection(
        type, namespace, LabelSelector.parse(labels), FieldSelector.parse(fields, type));
  }

  boolean covers(ObjectKey key) {
    return key.isOf(type) && (namespace.isEmpty() || namespace.equals(key.namespace()));
  }

  boolean matches(JsonObject object) {
    return labels.matches(object) && fields.matches(object);
  }

  /** Returns whether it selects by labels or fields. */
  boolean narrow() {
    return !labels.terms().isEmpty() || !fields.terms().isEmpty();
  }
}
