package io.vpccni.sim.kubernetes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A store with its own clock, for tests of what it decides. */
final class Cluster {
  static final ResourceType PODS = ResourceTypes.PODS;
  static final ResourceType CNI_NODES = type("vpcresources.k8s.aws", "v1alpha1", "cninodes");
  static final ResourceType ENI_CONFIGS = type("crd.k8s.amazonaws.com", "v1alpha1", "eniconfigs");

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  final ObjectStore store = new ObjectStore(now);
  final List<String> events = new ArrayList<>();

  static ResourceType type(String group, String version, String plural) {
    return ResourceTypes.BUILT_IN.find(group, version, plural).orElseThrow();
  }

  ObjectStore.Request request() {
    return new ObjectStore.Request(now, false);
  }

  void later(Duration by) {
    now = now.plus(by);
    store.pass(now);
  }

  JsonObject create(ResourceType type, String namespace, String object) {
    return store.create(type, namespace, new JsonObject(object), request());
  }

  JsonObject pod(String name, String spec) {
    return create(
        PODS, "default", "{\"metadata\":{\"name\":\"%s\"},\"spec\":%s}".formatted(name, spec));
  }

  JsonObject pod(String name) {
    return pod(name, "{\"nodeName\":\"node-1\"}");
  }

  /** Writes an object as a client's PUT would. */
  JsonObject put(ResourceType type, String namespace, JsonObject object) {
    var name = object.getJsonObject("metadata").getString("name");
    return store.update(type, namespace, name, _ -> object, request());
  }

  Optional<JsonObject> delete(ResourceType type, String namespace, String name, String options) {
    return store.delete(
        type, namespace, name, DeleteOptions.of(new JsonObject(options)), request());
  }

  /** Writes the events of a watch into {@link #events}. */
  OpenWatch watch(Selection selection, WatchStart start) {
    return store.watch(selection, start, true, event -> events.add(text(event)));
  }

  private static String text(WatchEvent event) {
    var object = event.object();
    return switch (event.type()) {
      case ADDED, MODIFIED, DELETED ->
          event.type() + " " + object.getJsonObject("metadata").getString("name");
      case ERROR -> "ERROR " + object.getInteger("code");
      case BOOKMARK ->
          object.getJsonObject("metadata").containsKey("annotations")
              ? "BOOKMARK initial events end"
              : "BOOKMARK";
    };
  }

  List<String> told() {
    var told = List.copyOf(events);
    events.clear();
    return told;
  }

  static Selection pods(String labels, String fields) {
    return Selection.of(PODS, "", labels, fields);
  }

  static Selection pods() {
    return pods("", "");
  }

  static long version(JsonObject object) {
    return Long.parseLong(object.getJsonObject("metadata").getString("resourceVersion"));
  }

  static void refused(int code, String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiFailure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.status().getString("reason")).isEqualTo(reason);
            });
  }
}
