package io.vpccni.sim.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API as raw requests find it, with what client libraries rely on and hide. */
@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest {
  private static final String PODS = "/api/v1/namespaces/raw/pods";

  private final KubernetesApi api;
  private final HttpClient http = HttpClient.newHttpClient();

  ApiTest(Vertx vertx) {
    api = KubernetesApi.start(vertx, InstantSource.system()).await();
  }

  @AfterAll
  void close() {
    http.shutdownNow();
    api.close().await();
  }

  private HttpResponse<String> send(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(api.uri().resolve(path))
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path, "application/json", "");
  }

  private JsonObject post(String path, String body) throws IOException, InterruptedException {
    var answer = send("POST", path, "application/json", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new JsonObject(answer.body());
  }

  private static String pod(String name) {
    return "{\"metadata\":{\"name\":\"%s\"},\"spec\":{}}".formatted(name);
  }

  private static String contentType(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/livez", "/readyz"})
  void aHealthyServerSaysSo(String path) throws Exception {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(contentType(answer)).isEqualTo("text/plain");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/version, gitVersion, v1.34.0-vpcsim",
    "/api, kind, APIVersions",
    "/apis, kind, APIGroupList",
    "/apis/networking.k8s.aws, kind, APIGroup",
    "/api/v1, groupVersion, v1",
    "/apis/crd.k8s.amazonaws.com/v1alpha1, kind, APIResourceList",
    "/api/v1/nodes, kind, NodeList",
    "/api/v1/pods, kind, PodList",
    "/api/v1/namespaces/default, kind, Namespace",
    "/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs, kind, ENIConfigList",
    "/apis/vpcresources.k8s.aws/v1alpha1/cninodes, apiVersion, vpcresources.k8s.aws/v1alpha1",
    "/apis/networking.k8s.aws/v1alpha1/namespaces/a/policyendpoints, kind, PolicyEndpointList"
  })
  void aPathAnswersWithItsKindAsJson(String path, String member, String value) throws Exception {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(contentType(answer)).isEqualTo("application/json");
    assertThat(new JsonObject(answer.body()).getString(member)).isEqualTo(value);
  }

  @Test
  void discoveryTellsHowEachKindIsServed() throws Exception {
    var resources =
        new JsonObject(get("/apis/vpcresources.k8s.aws/v1alpha1").body()).getJsonArray("resources");
    assertThat(resources.encode())
        .contains("\"cninodes\"", "\"cninodes/status\"", "\"CNINode\"", "\"cnd\"", "\"watch\"");
    assertThat(resources.getJsonObject(0).getBoolean("namespaced")).isFalse();
  }

  @ParameterizedTest(name = "{0} {1}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /api/v1/things                         | application/json       |                          | 404
          GET    | /api/v1/nodes/absent                   | application/json       |                          | 404
          GET    | /api/v1/namespaces/raw/nodes           | application/json       |                          | 404
          GET    | /apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs/a/status | application/json |            | 404
          GET    | /api/v1/pods?fieldSelector=spec.x%3D1  | application/json       |                          | 400
          GET    | /api/v1/pods?limit=some                | application/json       |                          | 400
          GET    | /api/v1/pods?continue=some             | application/json       |                          | 400
          GET    | /api/v1/pods?watch=1&sendInitialEvents=true | application/json  |                          | 422
          POST   | /api/v1/namespaces/raw/pods            | application/json       | {                        | 400
          POST   | /api/v1/namespaces/raw/pods            | application/json       | {"metadata":[]}          | 422
          POST   | /api/v1/namespaces/raw/pods            | application/vnd.kubernetes.protobuf | x           | 415
          PATCH  | /api/v1/namespaces/kube-system         | application/apply-patch+yaml | {}                 | 415
          PATCH  | /api/v1/namespaces/default             | application/json-patch+json | [{"op":"test","path":"/kind","value":"x"}] | 422
          PUT    | /api/v1/nodes                          | application/json       | {}                       | 405
          POST   | /api/v1/nodes/a                        | application/json       | {}                       | 405
          """)
  void aRequestThatCannotBeServedIsRefusedWithAStatus(
      String method, String path, String type, String body, int code) throws Exception {
    var answer = send(method, path, type, body == null ? "" : body);
    assertThat(answer.statusCode()).isEqualTo(code);
    var status = new JsonObject(answer.body());
    assertThat(status.getString("kind")).isEqualTo("Status");
    assertThat(status.getInteger("code")).isEqualTo(code);
    assertThat(status.getString("message")).isNotBlank();
  }

  @Test
  void aStaleWriteConflicts() throws Exception {
    var stale = post(PODS, pod("stale"));
    var path = PODS + "/stale";
    var label = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
    assertThat(send("PATCH", path, "application/merge-patch+json", label).statusCode())
        .isEqualTo(200);
    var refused = send("PUT", path, "application/json", stale.encode());
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(new JsonObject(refused.body()).getString("reason")).isEqualTo("Conflict");
  }

  @Test
  void statusIsWrittenByItsSubresource() throws Exception {
    post(PODS, pod("status"));
    var running = "{\"status\":{\"phase\":\"Running\"},\"spec\":{\"x\":1}}";
    var ignored = send("PATCH", PODS + "/status", "application/merge-patch+json", running);
    assertThat(new JsonObject(ignored.body()).getJsonObject("status").getString("phase"))
        .isEqualTo("Pending");
    var written = send("PATCH", PODS + "/status/status", "application/merge-patch+json", running);
    assertThat(new JsonObject(written.body()).getJsonObject("status").getString("phase"))
        .isEqualTo("Running");
  }

  @Test
  void aListComesInPages() throws Exception {
    for (var name : List.of("a", "b", "c")) {
      post("/api/v1/namespaces/pages/pods", pod(name));
    }
    var first = new JsonObject(get("/api/v1/namespaces/pages/pods?limit=2").body());
    assertThat(first.getJsonArray("items")).hasSize(2);
    var metadata = first.getJsonObject("metadata");
    assertThat(metadata.getInteger("remainingItemCount")).isEqualTo(1);
    var next = "/api/v1/namespaces/pages/pods?limit=2&continue=" + metadata.getString("continue");
    assertThat(new JsonObject(get(next).body()).getJsonArray("items")).hasSize(1);
  }

  @Test
  void aDryRunLeavesNoTrace() throws Exception {
    post(PODS + "?dryRun=All", pod("dry"));
    assertThat(get(PODS + "/dry").statusCode()).isEqualTo(404);
  }

  @Test
  void aDeletionTellsWhatItDeleted() throws Exception {
    var uid = post(PODS, pod("gone")).getJsonObject("metadata").getString("uid");
    var deleted = new JsonObject(send("DELETE", PODS + "/gone", "application/json", "").body());
    assertThat(deleted.getString("status")).isEqualTo("Success");
    assertThat(deleted.getJsonObject("details").getString("uid")).isEqualTo(uid);
  }

  @Test
  void aCollectionIsDeletedBySelector() throws Exception {
    post("/api/v1/namespaces/many/pods", pod("a"));
    post(
        "/api/v1/namespaces/many/pods",
        "{\"metadata\":{\"name\":\"b\",\"labels\":{\"keep\":\"\"}}}");
    send("DELETE", "/api/v1/namespaces/many/pods?labelSelector=!keep", "application/json", "");
    assertThat(get("/api/v1/namespaces/many/pods/a").statusCode()).isEqualTo(404);
    assertThat(get("/api/v1/namespaces/many/pods/b").statusCode()).isEqualTo(200);
  }

  /** This is how client-go's informers start: objects, a bookmark, then changes. */
  @Test
  void initialEventsAreSentAndEndedWhereTheyAreAskedFor() throws Exception {
    post("/api/v1/namespaces/initial/pods", pod("a"));
    var watch =
        "/api/v1/namespaces/initial/pods?watch=true&sendInitialEvents=true"
            + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1";
    var events =
        http.send(HttpRequest.newBuilder(api.uri().resolve(watch)).build(), BodyHandlers.ofLines())
            .body()
            .map(JsonObject::new)
            .toList();
    assertThat(events).extracting(e -> e.getString("type")).containsExactly("ADDED", "BOOKMARK");
    assertThat(events.getLast().getJsonObject("object").getString("kind")).isEqualTo("Pod");
    assertThat(events.getLast().encode()).contains("\"k8s.io/initial-events-end\":\"true\"");
  }
}
