package io.vpccni.sim.kubernetes.store;

import static io.vpccni.sim.kubernetes.store.Cluster.CNI_NODES;
import static io.vpccni.sim.kubernetes.store.Cluster.ENI_CONFIGS;
import static io.vpccni.sim.kubernetes.store.Cluster.PODS;
import static io.vpccni.sim.kubernetes.store.Cluster.refused;
import static io.vpccni.sim.kubernetes.store.Cluster.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Tests how objects are created and updated. */
class WritesTest {
  private final Cluster cluster = new Cluster();

  private static JsonObject meta(JsonObject object) {
    return object.getJsonObject("metadata");
  }

  @Test
  void theServerGivesANewObjectItsIdentity() {
    var pod = cluster.pod("a");
    assertThat(pod.getString("kind")).isEqualTo("Pod");
    assertThat(pod.getString("apiVersion")).isEqualTo("v1");
    assertThat(meta(pod).getString("namespace")).isEqualTo("default");
    assertThat(meta(pod).getString("creationTimestamp")).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(meta(pod).getString("uid")).isNotEqualTo(meta(cluster.pod("b")).getString("uid"));
    assertThat(pod.getJsonObject("status").getString("phase")).isEqualTo("Pending");
    refused(409, "AlreadyExists", () -> cluster.pod("a"));
  }

  @Test
  void aNameIsGeneratedFromItsPrefix() {
    var first = meta(cluster.create(PODS, "n", "{\"metadata\":{\"generateName\":\"e-\"}}"));
    var second = meta(cluster.create(PODS, "n", "{\"metadata\":{\"generateName\":\"e-\"}}"));
    assertThat(first.getString("name")).matches("e-[a-z0-9]{5}");
    assertThat(second.getString("name")).isNotEqualTo(first.getString("name"));
    refused(422, "Invalid", () -> cluster.create(PODS, "n", "{\"metadata\":{}}"));
  }

  @Test
  void anObjectOfAnotherKindOrNamespaceIsRefused() {
    refused(
        400,
        "BadRequest",
        () -> cluster.create(PODS, "n", "{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}}"));
    refused(
        400,
        "BadRequest",
        () -> cluster.create(PODS, "n", "{\"metadata\":{\"name\":\"a\",\"namespace\":\"m\"}}"));
  }

  @Test
  void anObjectOfClusterScopeHasNoNamespace() {
    var config = cluster.create(ENI_CONFIGS, "", "{\"metadata\":{\"name\":\"a\"}}");
    assertThat(meta(config).containsKey("namespace")).isFalse();
  }

  @Test
  void aStaleVersionConflicts() {
    var stale = cluster.pod("a").copy();
    var next = stale.copy();
    meta(next).put("labels", new JsonObject().put("x", "1"));
    assertThat(version(cluster.put(PODS, "default", next))).isGreaterThan(version(stale));
    meta(stale).put("labels", new JsonObject().put("x", "2"));
    refused(409, "Conflict", () -> cluster.put(PODS, "default", stale));
    meta(stale).remove("resourceVersion");
    assertThat(meta(cluster.put(PODS, "default", stale)).getJsonObject("labels").getString("x"))
        .as("without a version the write is unconditional")
        .isEqualTo("2");
  }

  @Test
  void aStaleVersionInAPatchConflictsToo() {
    cluster.pod("a");
    var patch =
        Patch.parse(
            "application/merge-patch+json",
            "{\"metadata\":{\"resourceVersion\":\"1\",\"labels\":{\"x\":\"1\"}}}",
            PODS);
    refused(
        409,
        "Conflict",
        () -> cluster.store.update(PODS, "default", "a", patch::apply, cluster.request()));
  }

  @Test
  void anotherUidConflicts() {
    var other = cluster.pod("a").copy();
    meta(other).put("uid", "0");
    refused(409, "Conflict", () -> cluster.put(PODS, "default", other));
  }

  @Test
  void aWriteThatChangesNothingMakesNoVersion() {
    var pod = cluster.pod("a");
    cluster.watch(Cluster.pods(), new WatchStart.FromNow());
    assertThat(cluster.put(PODS, "default", pod.copy())).isEqualTo(pod);
    assertThat(cluster.told()).isEmpty();
  }

  @Test
  void onlyContentMakesAGeneration() {
    var pod = cluster.pod("a").copy();
    meta(pod).put("labels", new JsonObject().put("x", "1"));
    var labelled = cluster.put(PODS, "default", pod).copy();
    assertThat(meta(labelled).getLong("generation")).isEqualTo(1);
    labelled.getJsonObject("spec").put("hostNetwork", true);
    assertThat(meta(cluster.put(PODS, "default", labelled)).getLong("generation")).isEqualTo(2);
  }

  @Test
  void statusIsWrittenByItsSubresourceAlone() {
    var node =
        cluster.create(CNI_NODES, "", "{\"metadata\":{\"name\":\"a\"},\"status\":{\"x\":1}}");
    assertThat(node.containsKey("status")).as("dropped on creation").isFalse();
    var proposed =
        node.copy()
            .put("status", new JsonObject().put("x", 2))
            .put("spec", new JsonObject().put("y", 3));
    var written = cluster.put(CNI_NODES, "", proposed);
    assertThat(written.containsKey("status")).isFalse();
    assertThat(written.getJsonObject("spec").getInteger("y")).isEqualTo(3);
    var status =
        cluster.store.updateStatus(
            CNI_NODES,
            "",
            "a",
            now -> now.put("status", new JsonObject().put("x", 4)).put("spec", new JsonObject()),
            cluster.request());
    assertThat(status.getJsonObject("status").getInteger("x")).isEqualTo(4);
    assertThat(status.getJsonObject("spec").getInteger("y")).as("spec is kept").isEqualTo(3);
  }

  @Test
  void statusIsAnOrdinaryMemberWhereThereIsNoSubresource() {
    var config =
        cluster.create(ENI_CONFIGS, "", "{\"metadata\":{\"name\":\"a\"},\"status\":{\"x\":1}}");
    assertThat(config.getJsonObject("status").getInteger("x")).isEqualTo(1);
  }

  @Test
  void aDryRunChangesNothing() {
    var request = new ObjectStore.Request(cluster.request().now(), true);
    var object = new JsonObject("{\"metadata\":{\"name\":\"a\"}}");
    assertThat(cluster.store.create(PODS, "n", object, request).getString("kind")).isEqualTo("Pod");
    refused(404, "NotFound", () -> cluster.store.get(PODS, "n", "a"));
    cluster.create(PODS, "n", "{\"metadata\":{\"name\":\"a\"}}");
    cluster.store.delete(PODS, "n", "a", DeleteOptions.NOW, request);
    assertThat(cluster.store.get(PODS, "n", "a")).isNotNull();
  }

  @Test
  void aCustomResourceDefinitionAddsAKind() {
    assertThat(cluster.store.types().find("example.com", "v1", "things")).isEmpty();
    cluster.create(
        ResourceTypes.DEFINITIONS,
        "",
        """
        {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Cluster",
         "names":{"plural":"things","kind":"Thing","shortNames":["th"]},
         "versions":[{"name":"v1","served":true,"subresources":{"status":{}}},
                     {"name":"v0","served":false}]}}""");
    var type = cluster.store.types().find("example.com", "v1", "things").orElseThrow();
    assertThat(type.namespaced()).isFalse();
    assertThat(type.statusSubresource()).isTrue();
    assertThat(cluster.store.types().find("example.com", "v0", "things")).isEmpty();
  }
}
