package io.vpccni.sim.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodProxyTest {
  private static final String PODS = "/api/v1/namespaces/kube-system/pods";
  private final Vertx vertx = Vertx.vertx();
  private final KubernetesApi api = KubernetesApi.start(vertx, InstantSource.system()).await();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.close();
    api.close().await();
    vertx.close().await();
  }

  @Test
  void aRequestReachesThePodWithPathAndQuery() throws Exception {
    int port =
        serve(
            request ->
                request
                    .response()
                    .setStatusCode(201)
                    .putHeader("Content-Type", "text/plain; version=0.0.4")
                    .end("asked for " + request.uri()));
    pod("a", "127.0.0.1");
    var answer = get(PODS + "/a:" + port + "/proxy/metrics?name=b");
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("asked for /metrics?name=b");
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4");
    assertThat(get(PODS + "/http:a:" + port + "/proxy").body()).isEqualTo("asked for /");
  }

  @Test
  void aPortThatNobodyListensOnIs503() throws Exception {
    int port = serve(request -> request.response().end());
    pod("a", "127.0.0.1");
    api.podNetwork(
        target -> {
          throw new ConnectException("Connection refused");
        });
    var answer = get(PODS + "/a:" + port + "/proxy/metrics");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(message(answer))
        .isEqualTo(
            "error trying to reach service: dial tcp 127.0.0.1:"
                + port
                + ": connect: connection refused");
  }

  @Test
  void aPodWithoutAnAddressIs503() throws Exception {
    pod("a", "");
    assertThat(get(PODS + "/a:80/proxy/").statusCode()).isEqualTo(503);
  }

  @Test
  void aPodThatDoesNotExistIs404() throws Exception {
    assertThat(message(get(PODS + "/b:80/proxy/"))).isEqualTo("pods \"b\" not found");
  }

  @Test
  void aPodThatHangsUpInTheMiddleIs502() throws Exception {
    int port =
        serve(
            request -> {
              request.response().putHeader("Content-Length", "1000").write("the beginning");
              request.connection().close();
            });
    pod("a", "127.0.0.1");
    assertThat(get(PODS + "/a:" + port + "/proxy/metrics").statusCode()).isEqualTo(502);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/v1/namespaces/ns/pods/a:80/proxy/metrics   | ns | a | 80 | /metrics
          /api/v1/namespaces/ns/pods/http:a:80/proxy/     | ns | a | 80 | /
          /api/v1/namespaces/ns/pods/a/proxy/b/c          | ns | a | 80 | /b/c
          """)
  void pathsAreRead(String path, String namespace, String pod, int port, String rest) {
    assertThat(ProxyPath.parse(path)).contains(new ProxyPath(namespace, pod, port, rest));
  }

  @Test
  void otherPathsAreNotThoseOfAProxy() {
    assertThat(ProxyPath.parse("/api/v1/namespaces/ns/pods/a/status")).isEmpty();
    assertThat(ProxyPath.parse("/api/v1/namespaces/ns/services/a/proxy/")).isEmpty();
  }

  private int serve(Handler<HttpServerRequest> handler) {
    return vertx
        .createHttpServer()
        .requestHandler(handler)
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  private void pod(String name, String ip) throws Exception {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("kube-system")
            .withName(name)
            .endMetadata()
            .build();
    api.create(PODS, pod);
    var patch = new JsonObject().put("status", new JsonObject().put("podIP", ip));
    var request =
        HttpRequest.newBuilder(uri(PODS + "/" + name + "/status"))
            .header("Content-Type", "application/merge-patch+json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(patch.encode()))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create(api.uri() + path);
  }

  private static String message(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getString("message");
  }
}
