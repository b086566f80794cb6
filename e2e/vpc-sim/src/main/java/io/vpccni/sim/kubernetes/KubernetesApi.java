package io.vpccni.sim.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** The API server of a scene, listening on 127.0.0.1 in clear text. */
public final class KubernetesApi {
  private final ApiDispatcher dispatcher;
  private final KubernetesMockServer mock;
  private final PlainWatches watches;
  private final ConnectionBreaker door;

  private KubernetesApi(
      ApiDispatcher dispatcher,
      KubernetesMockServer mock,
      PlainWatches watches,
      ConnectionBreaker door) {
    this.dispatcher = dispatcher;
    this.mock = mock;
    this.watches = watches;
    this.door = door;
  }

  public static Future<KubernetesApi> start(Vertx vertx) {
    var dispatcher = new ApiDispatcher();
    // The mock makes a Vert.x of its own and blocks until it listens: on a thread that is not ours.
    var started =
        CompletableFuture.supplyAsync(
            () -> listening(dispatcher),
            task -> Thread.ofPlatform().name("kubernetes").start(task));
    return Future.fromCompletionStage(started, vertx.getOrCreateContext())
        .compose(
            mock ->
                PlainWatches.open(vertx, mock.getPort())
                    .compose(
                        watches ->
                            ConnectionBreaker.open(vertx, watches.port())
                                .map(door -> new KubernetesApi(dispatcher, mock, watches, door))));
  }

  private static KubernetesMockServer listening(ApiDispatcher dispatcher) {
    var mock =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), dispatcher, false);
    mock.init(InetAddress.getLoopbackAddress(), 0);
    return mock;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + door.port());
  }

  /**
   * Puts an object into the store, as a client's POST would.
   *
   * @param collection its path, {@code /api/v1/nodes} for example
   * @throws IllegalStateException if the server refuses it
   */
  public void create(String collection, HasMetadata object) {
    // As a request: the mock's shorter way leaves out versions and does not tell watches.
    var request =
        new RecordedRequest(
            "HTTP/1.1",
            HttpMethod.POST,
            collection,
            Headers.builder().build(),
            new Buffer(Serialization.asJson(object).getBytes(StandardCharsets.UTF_8)));
    var response = dispatcher.handleCreate(request);
    if (response.code() >= 300) {
      throw new IllegalStateException(
          "POST %s answered %d: %s"
              .formatted(collection, response.code(), response.getBody().readUtf8()));
    }
  }

  /** Open watches end with 410 Gone, and so does every one that starts from before now. */
  public void expireWatches() {
    dispatcher.expireWatches();
  }

  /** Every connection breaks, watches with them; new ones are welcome. */
  public void disconnect() {
    door.disconnect();
  }

  /** Every request gets this HTTP status, until {@link #heal}. */
  public void fail(int status) {
    dispatcher.failing(OptionalInt.of(status));
  }

  /** Connections break at once, until {@link #heal}. */
  public void refuse() {
    door.refuse();
  }

  /** Connections open and stay silent, until {@link #heal}. */
  public void hang() {
    door.hang();
  }

  public void heal() {
    dispatcher.failing(OptionalInt.empty());
    door.openUp();
  }

  public Future<Void> close(Vertx vertx) {
    return door.close()
        .compose(_ -> watches.close())
        .compose(
            _ ->
                vertx.executeBlocking(
                    () -> {
                      mock.destroy();
                      return null;
                    }));
  }
}
