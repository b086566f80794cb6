package io.vpccni.sim.kubernetes.store;

import static io.vpccni.sim.kubernetes.store.Cluster.PODS;
import static io.vpccni.sim.kubernetes.store.Cluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Grace periods, finalizers, preconditions and the garbage collector. */
class DeletionTest {
  private static final String GRACEFUL =
      "{\"nodeName\":\"node-1\",\"terminationGracePeriodSeconds\":30}";

  private final Cluster cluster = new Cluster();

  @BeforeEach
  void watch() {
    cluster.watch(Cluster.pods(), new WatchStart.FromNow());
  }

  private static JsonObject meta(JsonObject object) {
    return object.getJsonObject("metadata");
  }

  @Test
  void aGracefulPodIsMarkedAndEndsAfterItsGracePeriod() {
    cluster.pod("a", GRACEFUL);
    var marked = cluster.delete(PODS, "default", "a", "{}").orElseThrow();
    assertThat(meta(marked).getString("deletionTimestamp")).isEqualTo("2026-01-01T00:00:30Z");
    assertThat(meta(marked).getLong("deletionGracePeriodSeconds")).isEqualTo(30);
    cluster.later(Duration.ofSeconds(29));
    assertThat(cluster.told()).containsExactly("ADDED a", "MODIFIED a");
    cluster.later(Duration.ofSeconds(1));
    assertThat(cluster.told()).containsExactly("DELETED a");
    assertThat(cluster.store.nextEnd()).isEmpty();
  }

  @Test
  void aKubeletEndsAPodWithGraceZero() {
    cluster.pod("a", GRACEFUL);
    cluster.delete(PODS, "default", "a", "{}");
    assertThat(cluster.delete(PODS, "default", "a", "{\"gracePeriodSeconds\":0}")).isEmpty();
    refused(404, "NotFound", () -> cluster.store.get(PODS, "default", "a"));
  }

  @Test
  void aSecondRequestShortensTheGracePeriodAndNeverMakesItLonger() {
    cluster.pod("a", GRACEFUL);
    cluster.delete(PODS, "default", "a", "{}");
    cluster.later(Duration.ofSeconds(10));
    var same = cluster.delete(PODS, "default", "a", "{\"gracePeriodSeconds\":60}").orElseThrow();
    assertThat(meta(same).getString("deletionTimestamp")).isEqualTo("2026-01-01T00:00:30Z");
    var sooner = cluster.delete(PODS, "default", "a", "{\"gracePeriodSeconds\":5}").orElseThrow();
    assertThat(meta(sooner).getString("deletionTimestamp")).isEqualTo("2026-01-01T00:00:15Z");
  }

  @Test
  void aPodThatDoesNotRunEndsAtOnce() {
    cluster.pod("unbound", "{\"terminationGracePeriodSeconds\":30}");
    assertThat(cluster.delete(PODS, "default", "unbound", "{}")).isEmpty();
    cluster.pod("ended", GRACEFUL);
    cluster.store.updateStatus(
        PODS,
        "default",
        "ended",
        now -> now.put("status", new JsonObject().put("phase", "Succeeded")),
        cluster.request());
    assertThat(cluster.delete(PODS, "default", "ended", "{}")).isEmpty();
  }

  @Test
  void aFinalizerHoldsAnObjectUntilItGoes() {
    cluster.create(PODS, "default", "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"x.io/f\"]}}");
    var marked = cluster.delete(PODS, "default", "a", "{}").orElseThrow().copy();
    assertThat(meta(marked).getString("deletionTimestamp")).isNotNull();
    assertThat(cluster.delete(PODS, "default", "a", "{}")).as("still held").isPresent();
    meta(marked).put("finalizers", new JsonArray());
    cluster.put(PODS, "default", marked);
    refused(404, "NotFound", () -> cluster.store.get(PODS, "default", "a"));
    assertThat(cluster.told()).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
  }

  @Test
  void aFinalizerHoldsAPodBeyondItsGracePeriod() {
    cluster.create(
        PODS,
        "default",
        "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"x.io/f\"]},\"spec\":%s}"
            .formatted(GRACEFUL));
    cluster.delete(PODS, "default", "a", "{}");
    cluster.later(Duration.ofMinutes(1));
    assertThat(cluster.store.nextEnd()).as("nothing ends by itself any more").isEmpty();
    var held = cluster.store.get(PODS, "default", "a").copy();
    meta(held).remove("finalizers");
    cluster.put(PODS, "default", held);
    refused(404, "NotFound", () -> cluster.store.get(PODS, "default", "a"));
  }

  @Test
  void aPreconditionThatDoesNotHoldConflicts() {
    var pod = cluster.pod("a");
    refused(
        409,
        "Conflict",
        () -> cluster.delete(PODS, "default", "a", "{\"preconditions\":{\"uid\":\"0\"}}"));
    refused(
        409,
        "Conflict",
        () ->
            cluster.delete(
                PODS, "default", "a", "{\"preconditions\":{\"resourceVersion\":\"1\"}}"));
    var uid = meta(pod).getString("uid");
    assertThat(
            cluster.delete(
                PODS, "default", "a", "{\"preconditions\":{\"uid\":\"%s\"}}".formatted(uid)))
        .isEmpty();
  }

  @Test
  void whatAnObjectOwnedGoesWithIt() {
    var owner = cluster.pod("owner");
    cluster.create(
        PODS,
        "default",
        "{\"metadata\":{\"name\":\"owned\",\"ownerReferences\":[{\"uid\":\"%s\"}]}}"
            .formatted(meta(owner).getString("uid")));
    cluster.delete(PODS, "default", "owner", "{}");
    refused(404, "NotFound", () -> cluster.store.get(PODS, "default", "owned"));
  }

  @Test
  void whatIsInANamespaceGoesWithIt() {
    cluster.create(ResourceTypes.NAMESPACES, "", "{\"metadata\":{\"name\":\"n\"}}");
    cluster.create(PODS, "n", "{\"metadata\":{\"name\":\"a\"}}");
    cluster.pod("b");
    cluster.delete(ResourceTypes.NAMESPACES, "", "n", "{}");
    refused(404, "NotFound", () -> cluster.store.get(PODS, "n", "a"));
    assertThat(cluster.store.get(PODS, "default", "b")).isNotNull();
  }
}
