package io.vpccni.ipamd.kubernetes.service;

import static io.vpccni.ipamd.RealBus.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A proxy of the API server that lets somebody else change something just before the agent's first
 * patch arrives: what the agent has read by then is old.
 */
final class MeddlingProxy {
  private final Vertx vertx;
  private final URI server;
  private final HttpClient client;
  private final AtomicReference<Runnable> meddling;

  private MeddlingProxy(Vertx vertx, URI server, Runnable meddling) {
    this.vertx = vertx;
    this.server = server;
    this.client = vertx.createHttpClient();
    this.meddling = new AtomicReference<>(meddling);
  }

  /** Starts a proxy and returns its URL; it ends with the Vert.x instance. */
  static String start(Vertx vertx, URI server, Runnable meddling) {
    var proxy = new MeddlingProxy(vertx, server, meddling);
    var listening = await(vertx.createHttpServer().requestHandler(proxy::handle).listen(0));
    return "http://127.0.0.1:" + listening.actualPort();
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .compose(
            body ->
                request.method().equals(HttpMethod.PATCH)
                    ? meddle().compose(_ -> pass(request, body))
                    : pass(request, body))
        .onFailure(_ -> request.response().setStatusCode(502).end());
  }

  private Future<Void> meddle() {
    return vertx.executeBlocking(
        () -> {
          var once = meddling.getAndSet(null);
          if (once != null) once.run();
          return null;
        });
  }

  private Future<Void> pass(HttpServerRequest request, Buffer body) {
    var options =
        new RequestOptions()
            .setHost(server.getHost())
            .setPort(server.getPort())
            .setMethod(request.method())
            .setURI(request.uri());
    if (request.headers().contains("Content-Type")) {
      options.putHeader("Content-Type", request.getHeader("Content-Type"));
    }
    return client
        .request(options)
        .compose(passed -> passed.send(body))
        .compose(
            answer ->
                answer
                    .body()
                    .compose(
                        text ->
                            request
                                .response()
                                .setStatusCode(answer.statusCode())
                                .putHeader("Content-Type", "application/json")
                                .end(text)));
  }
}
