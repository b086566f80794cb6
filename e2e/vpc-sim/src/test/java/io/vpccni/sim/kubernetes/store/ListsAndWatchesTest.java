package io.vpccni.sim.kubernetes.store;

import static io.vpccni.sim.kubernetes.store.Cluster.PODS;
import static io.vpccni.sim.kubernetes.store.Cluster.pods;
import static io.vpccni.sim.kubernetes.store.Cluster.refused;
import static io.vpccni.sim.kubernetes.store.Cluster.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ListsAndWatchesTest {
  private final Cluster cluster = new Cluster();

  private static List<String> names(ObjectPage page) {
    return page.items().stream()
        .map(item -> item.getJsonObject("metadata").getString("name"))
        .toList();
  }

  private ObjectPage list(int limit, Optional<ObjectPage.Token> token) {
    return cluster.store.list(pods(), limit, token);
  }

  @Test
  void aLimitedListGoesOnInTheStateThatItBeganIn() {
    for (var name : List.of("c", "a", "b")) {
      cluster.pod(name);
    }
    var first = list(2, Optional.empty());
    assertThat(names(first)).containsExactly("a", "b");
    assertThat(first.remaining()).isEqualTo(OptionalLong.of(1));
    cluster.delete(PODS, "default", "c", "{}");
    cluster.pod("d");
    var token = ObjectPage.Token.parse(first.next().orElseThrow().text());
    var last = list(2, Optional.of(token));
    assertThat(names(last)).containsExactly("c");
    assertThat(last.next()).isEmpty();
    assertThat(last.version()).isEqualTo(first.version());
    assertThat(names(list(0, Optional.empty()))).containsExactly("a", "b", "d");
  }

  @Test
  void aContinuedListWhoseStateIsGoneIsExpired() {
    cluster.pod("a");
    cluster.pod("b");
    var token = list(1, Optional.empty()).next();
    cluster.store.expire();
    refused(410, "Expired", () -> list(1, token));
    refused(400, "BadRequest", () -> ObjectPage.Token.parse("nonsense"));
  }

  @Test
  void aWatchFromAVersionTellsWhatCameAfterIt() {
    var seen = version(cluster.pod("a"));
    cluster.pod("b");
    cluster.delete(PODS, "default", "a", "{}");
    cluster.watch(pods(), new WatchStart.After(seen));
    assertThat(cluster.told()).containsExactly("ADDED b", "DELETED a");
    cluster.pod("c");
    assertThat(cluster.told()).containsExactly("ADDED c");
  }

  @Test
  void initialEventsEndWithABookmarkWhereTheClientAsksForThem() {
    cluster.pod("a");
    cluster.watch(pods(), new WatchStart.FromState(true));
    assertThat(cluster.told()).containsExactly("ADDED a", "BOOKMARK initial events end");
    cluster.store.bookmark();
    assertThat(cluster.told()).containsExactly("BOOKMARK");
    cluster.watch(pods(), new WatchStart.FromState(false));
    assertThat(cluster.told()).containsExactly("ADDED a");
  }

  @Test
  void anObjectThatBeginsOrCeasesToMatchIsAddedOrDeleted() {
    cluster.watch(pods("app=web", ""), new WatchStart.FromNow());
    var pod = cluster.pod("a").copy();
    pod.getJsonObject("metadata").put("labels", new JsonObject().put("app", "web"));
    var web = cluster.put(PODS, "default", pod).copy();
    web.getJsonObject("spec").put("hostNetwork", true);
    var changed = cluster.put(PODS, "default", web).copy();
    changed.getJsonObject("metadata").put("labels", new JsonObject());
    cluster.put(PODS, "default", changed);
    assertThat(cluster.told()).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
  }

  @Test
  void aWatchIsOfOneKindAndOneNamespace() {
    cluster.watch(Selection.of(PODS, "n", "", ""), new WatchStart.FromNow());
    cluster.pod("elsewhere");
    cluster.create(Cluster.ENI_CONFIGS, "", "{\"metadata\":{\"name\":\"x\"}}");
    cluster.create(PODS, "n", "{\"metadata\":{\"name\":\"a\"}}");
    assertThat(cluster.told()).containsExactly("ADDED a");
  }

  @Test
  void anExpiredWatchEndsAndCannotStartFromBefore() {
    var seen = version(cluster.pod("a"));
    cluster.watch(pods(), new WatchStart.After(seen));
    cluster.store.expire();
    assertThat(cluster.told()).containsExactly("ERROR 410");
    cluster.pod("b");
    assertThat(cluster.told()).isEmpty();
    refused(410, "Expired", () -> cluster.watch(pods(), new WatchStart.After(seen)));
  }

  @Test
  void onlyTheLastChangesAreKept() {
    var first = version(cluster.pod("a"));
    for (int i = 0; i < 10_001; i++) {
      cluster.store.updateStatus(
          PODS,
          "default",
          "a",
          now -> now.put("status", new JsonObject().put("x", version(now))),
          cluster.request());
    }
    refused(410, "Expired", () -> cluster.watch(pods(), new WatchStart.After(first)));
    cluster.watch(pods(), new WatchStart.After(first + 1));
    assertThat(cluster.told()).hasSize(10_000);
  }

  @Test
  void aClosedWatchIsToldNothing() {
    cluster.watch(pods(), new WatchStart.FromNow()).close();
    cluster.pod("a");
    assertThat(cluster.told()).isEmpty();
  }

  @Test
  void bothKindsOfEventsShowTheSameObjects() {
    var newer = Cluster.type("events.k8s.io", "v1", "events");
    var seen =
        cluster.create(
            newer,
            "default",
            """
            {"metadata":{"name":"e"},"apiVersion":"events.k8s.io/v1","note":"n","reason":"r",
             "regarding":{"kind":"Node","name":"a"}}""");
    assertThat(seen.getString("note")).isEqualTo("n");
    var core = cluster.store.get(ResourceTypes.EVENTS, "default", "e");
    assertThat(core.getString("apiVersion")).isEqualTo("v1");
    assertThat(core.getString("message")).isEqualTo("n");
    assertThat(core.getJsonObject("involvedObject").getString("name")).isEqualTo("a");
    for (var selection :
        List.of(
            Selection.of(ResourceTypes.EVENTS, "", "", "involvedObject.name=a"),
            Selection.of(newer, "", "", "regarding.name=a"))) {
      var shown = cluster.store.list(selection, 0, Optional.empty()).items();
      assertThat(shown).hasSize(1);
      assertThat(shown.getFirst().getString("apiVersion")).isEqualTo(selection.type().apiVersion());
    }
  }
}
