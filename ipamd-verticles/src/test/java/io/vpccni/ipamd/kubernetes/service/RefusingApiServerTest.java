package io.vpccni.ipamd.kubernetes.service;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An API server that answers and says no: what an operator has to mend is told. */
class RefusingApiServerTest {
  private static final String NODES =
      """
      {"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},
       "items":[{"metadata":{"name":"node-1","resourceVersion":"1"}}]}\
      """;

  @RegisterExtension final RealBus bus = new RealBus();

  private final BlockingQueue<ConditionChanged> conditions = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() {
    await(ConditionChanged.TOPIC.hear(bus.vertx().eventBus(), conditions::add));
  }

  private void deploy(Consumer<HttpServerRequest> api) {
    var server = await(bus.vertx().createHttpServer().requestHandler(api::accept).listen(0));
    var settings = KubernetesSettings.of("node-1", "aws-node-x");
    await(
        bus.vertx()
            .deployVerticle(
                new KubernetesVerticle(
                    new KubernetesSettings(
                        true,
                        settings.nodeName(),
                        settings.podName(),
                        settings.podNamespace(),
                        Optional.of("http://127.0.0.1:" + server.actualPort()),
                        "test",
                        true,
                        settings.eniConfigAnnotation(),
                        settings.eniConfigLabel(),
                        Duration.ofSeconds(2)),
                    ElapsedClock.system())));
  }

  private static void refuse(HttpServerRequest request, int code, String message) {
    request
        .response()
        .setStatusCode(code)
        .putHeader("Content-Type", "application/json")
        .end(
            """
            {"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"message":"%s"}\
            """
                .formatted(code, message));
  }

  private ConditionChanged next() throws InterruptedException {
    var changed = conditions.poll(40, TimeUnit.SECONDS);
    assertThat(changed).as("a condition").isNotNull();
    return changed;
  }

  @Test
  void aRefusedTokenIsToldAsOne() throws InterruptedException {
    deploy(request -> refuse(request, 401, "Unauthorized"));
    var told = next();
    assertThat(told.name()).isEqualTo("ApiServerUnreachable");
    assertThat(told.detail()).contains("refuses the agent's token (401)");
  }

  @Test
  void podsThatMayNotBeWatchedAreToldAndTheNodeIsWatchedNevertheless() throws InterruptedException {
    deploy(
        request -> {
          if (request.path().contains("/pods")) {
            refuse(request, 403, "pods is forbidden: User aws-node cannot list");
          } else if (request.headers().contains("Upgrade")) {
            // The client goes on without a WebSocket.
            request.response().end();
          } else if (request.params().contains("watch")) {
            request.response().setChunked(true).putHeader("Content-Type", "application/json");
            request
                .response()
                .write(
                    """
                    {"type":"BOOKMARK","object":{"kind":"Node","apiVersion":"v1",\
                    "metadata":{"name":"node-1","resourceVersion":"2"}}}
                    """);
          } else {
            request.response().putHeader("Content-Type", "application/json").end(NODES);
          }
        });
    var told = next();
    assertThat(told.name()).isEqualTo("PodsNotWatched");
    assertThat(told.detail())
        .contains("forbids it (403)", "pods is forbidden: User aws-node cannot list");
  }
}
