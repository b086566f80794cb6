package io.vpccni.sim.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ApiFailure;
import io.vpccni.sim.kubernetes.store.ObjectStore;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs the API server of a scene on 127.0.0.1 in clear text. */
public final class KubernetesApi {
  /** A real server sends bookmarks about once a minute. */
  private static final Duration BOOKMARKS = Duration.ofMinutes(1);

  /** The mode decides how the server treats connections and requests. */
  private sealed interface Mode {
    record Serving() implements Mode {}

    record Failing(int status) implements Mode {}

    record Refusing() implements Mode {}

    record Hanging() implements Mode {}
  }

  private final Vertx vertx;
  private final InstantSource clock;
  private final ObjectStore store;
  private final PodProxy proxy;
  private final ApiHandler handler;
  private final HttpServer server;
  private final long bookmarks;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = new Mode.Serving();
  private long timer = -1;

  private KubernetesApi(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
    this.store = new ObjectStore(clock.instant());
    this.proxy = new PodProxy(vertx, store);
    this.handler = new ApiHandler(vertx, store, clock, proxy, this::wakeWhenDue);
    // Over HTTP/1.1 each watch has a connection of its own, which a planned disconnect breaks.
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .connectionHandler(this::connected)
            .requestHandler(this::serve);
    this.bookmarks = vertx.setPeriodic(BOOKMARKS.toMillis(), _ -> store.bookmark());
  }

  public static Future<KubernetesApi> start(Vertx vertx, InstantSource clock) {
    var api = new KubernetesApi(vertx, clock);
    return api.server.listen(0, "127.0.0.1").map(api);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  /** Says how this server reaches pods; at first it does over the simulator's own machine. */
  public void podNetwork(PodNetwork network) {
    proxy.network(network);
  }

  private void connected(HttpConnection connection) {
    if (mode instanceof Mode.Refusing) {
      connection.close();
      return;
    }
    connections.add(connection);
    connection.closeHandler(_ -> connections.remove(connection));
  }

  private void serve(HttpServerRequest request) {
    switch (mode) {
      case Mode.Serving() -> handler.handle(request);
      case Mode.Failing(var status) ->
          ApiHandler.refuse(request, ApiFailure.of(status, "planned outage"));
      case Mode.Refusing() -> request.connection().close();
      case Mode.Hanging() -> {}
    }
  }

  /**
   * Puts an object into the store, as a client's POST would.
   *
   * @param collection is its path, {@code /api/v1/nodes} for example
   * @throws IllegalStateException if the server refuses it
   */
  public void create(String collection, HasMetadata object) {
    try {
      var path = RequestPath.parse(collection).orElseThrow(ApiFailure::noSuchPath);
      var type =
          store
              .types()
              .find(path.group(), path.version(), path.plural())
              .orElseThrow(ApiFailure::noSuchPath);
      var json = new JsonObject(Serialization.asJson(object));
      store.create(type, path.namespace(), json, new ObjectStore.Request(clock.instant(), false));
    } catch (ApiFailure refused) {
      throw new IllegalStateException(
          "POST %s was refused: %s".formatted(collection, refused.getMessage()), refused);
    }
  }

  /** Sets one timer for the next pod whose grace period ends. */
  private synchronized void wakeWhenDue() {
    vertx.cancelTimer(timer);
    store
        .nextEnd()
        .ifPresent(
            end -> {
              var wait = Duration.between(clock.instant(), end).toMillis() + 1;
              timer = vertx.setTimer(Math.max(1, wait), _ -> wake());
            });
  }

  private void wake() {
    store.pass(clock.instant());
    wakeWhenDue();
  }

  /** Open watches end with 410 Gone, and so does every one that starts from before now. */
  public void expireWatches() {
    store.expire();
  }

  /** Every connection breaks, watches with them; new ones are welcome. */
  public void disconnect() {
    connections.forEach(HttpConnection::close);
  }

  /** Every request gets this HTTP status, until {@link #heal}. */
  public void fail(int status) {
    mode = new Mode.Failing(status);
  }

  /** Breaks connections at once, until {@link #heal}. */
  public void refuse() {
    mode = new Mode.Refusing();
    disconnect();
  }

  /** Connections open and stay silent, until {@link #heal}. */
  public void hang() {
    mode = new Mode.Hanging();
    disconnect();
  }

  public void heal() {
    var before = mode;
    mode = new Mode.Serving();
    // Those that waited in vain must come again.
    if (before instanceof Mode.Hanging) {
      disconnect();
    }
  }

  public Future<Void> close() {
    vertx.cancelTimer(timer);
    vertx.cancelTimer(bookmarks);
    disconnect();
    return server.close();
  }
}
