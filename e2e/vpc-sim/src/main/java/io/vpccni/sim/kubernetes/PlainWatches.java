package io.vpccni.sim.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

/**
 * Stands before a server that knows watches only as WebSockets, and gives them to clients that want
 * them as a plain HTTP answer which never ends, as kubectl does. All else passes as it is.
 */
final class PlainWatches {
  private static final int LARGEST_MESSAGE = 16 << 20;

  /** Codes that tell of a connection's end and are never sent. */
  private static final int NO_STATUS = 1005;

  private static final int ABNORMAL = 1006;

  private final HttpServer server;
  private final HttpClient client;
  private final WebSocketClient sockets;
  private final int behind;

  private PlainWatches(Vertx vertx, int behind) {
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxWebSocketFrameSize(LARGEST_MESSAGE)
                    .setMaxWebSocketMessageSize(LARGEST_MESSAGE))
            .webSocketHandshakeHandler(this::watch)
            .requestHandler(this::ask);
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(behind),
            new PoolOptions().setHttp1MaxSize(64));
    this.sockets =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxConnections(1000)
                .setMaxFrameSize(LARGEST_MESSAGE)
                .setMaxMessageSize(LARGEST_MESSAGE));
    this.behind = behind;
  }

  /**
   * @param behind port of the server on 127.0.0.1
   */
  static Future<PlainWatches> open(Vertx vertx, int behind) {
    var front = new PlainWatches(vertx, behind);
    return front.server.listen(0, "127.0.0.1").map(front);
  }

  int port() {
    return server.actualPort();
  }

  private void watch(ServerWebSocketHandshake caller) {
    connect(caller.uri())
        .onSuccess(
            watch ->
                caller
                    .accept()
                    .onSuccess(socket -> join(socket, watch))
                    .onFailure(_ -> watch.close()))
        .onFailure(refused -> caller.reject(status(refused)));
  }

  /** Paused, since it begins to talk before anybody can listen. */
  private Future<WebSocket> connect(String uri) {
    return sockets
        .connect(new WebSocketConnectOptions().setHost("127.0.0.1").setPort(behind).setURI(uri))
        .onSuccess(WebSocket::pause);
  }

  private static int status(Throwable refused) {
    return refused instanceof UpgradeRejectedException rejected ? rejected.getStatus() : 502;
  }

  private static void join(WebSocketBase caller, WebSocket watch) {
    pass(caller, watch);
    pass(watch, caller);
    watch.resume();
  }

  private static void pass(WebSocketBase from, WebSocketBase to) {
    from.textMessageHandler(to::writeTextMessage);
    from.binaryMessageHandler(to::writeBinaryMessage);
    from.exceptionHandler(_ -> {});
    from.closeHandler(
        _ -> {
          var code = from.closeStatusCode();
          if (code == null || code == NO_STATUS || code == ABNORMAL) {
            to.close();
          } else {
            to.close(code, from.closeReason());
          }
        });
  }

  private void ask(HttpServerRequest caller) {
    caller
        .body()
        .onSuccess(
            body -> {
              if (ListRequest.parse(caller.uri()).watch()) {
                stream(caller);
              } else {
                forward(caller, body);
              }
            });
  }

  private void forward(HttpServerRequest caller, Buffer body) {
    var answer = caller.response();
    client
        .request(new RequestOptions().setMethod(caller.method()).setURI(caller.uri()))
        .compose(
            request -> {
              caller
                  .headers()
                  .forEach(
                      (name, value) -> {
                        if (!name.equalsIgnoreCase("Host")) {
                          request.headers().add(name, value);
                        }
                      });
              return request.send(body);
            })
        .compose(
            response ->
                response
                    .body()
                    .compose(
                        text -> {
                          answer.setStatusCode(response.statusCode());
                          var type = response.getHeader("Content-Type");
                          if (type != null) {
                            answer.putHeader("Content-Type", type);
                          }
                          return answer.end(text);
                        }))
        .onFailure(_ -> caller.connection().close());
  }

  /** One event a line, for as long as both sides like. */
  private void stream(HttpServerRequest caller) {
    var answer = caller.response();
    connect(caller.uri())
        .onSuccess(
            watch -> {
              answer.setChunked(true).putHeader("Content-Type", "application/json");
              // So that a client with nothing to hear of yet knows that it is being listened to.
              answer.writeHead();
              watch.textMessageHandler(event -> answer.write(event + "\n"));
              watch.binaryMessageHandler(
                  event -> answer.write(event.copy().appendByte((byte) '\n')));
              watch.exceptionHandler(_ -> {});
              watch.closeHandler(_ -> answer.end());
              answer.exceptionHandler(_ -> {});
              answer.closeHandler(_ -> watch.close());
              watch.resume();
            })
        .onFailure(refused -> answer.setStatusCode(status(refused)).end());
  }

  Future<Void> close() {
    return Future.all(server.close(), client.close(), sockets.close()).mapEmpty();
  }
}
