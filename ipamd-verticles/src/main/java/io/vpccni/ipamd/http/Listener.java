package io.vpccni.ipamd.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.retry.Pauses;
import io.vpccni.ipamd.retry.Timers;
import io.vpccni.ipamd.retry.VertxTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps trying to open one HTTP listener until it listens. */
final class Listener {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(60);
  private static final int IDLE_SECONDS = 5;
  private static final String CONDITION = "ListenerFailed";
  private static final String UNIX = "unix:";

  private final Vertx vertx;
  private final Timers timers;
  private final String address;
  private final Handler<HttpServerRequest> handler;
  private final RaisedConditions conditions;

  /**
   * @param address {@code host:port}, {@code [v6]:port}, {@code :port} or {@code unix:path}
   */
  Listener(Vertx vertx, String address, Handler<HttpServerRequest> handler) {
    this.vertx = vertx;
    this.timers = new VertxTimers(vertx);
    this.address = address;
    this.handler = handler;
    this.conditions = RaisedConditions.on(vertx.eventBus());
  }

  void open() {
    listen(1);
  }

  private void listen(int attempt) {
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setHttp2ClearTextEnabled(false)
                    .setMaxInitialLineLength(4096))
            // A client that closes at once is no event worth a log line.
            .connectionHandler(connection -> connection.exceptionHandler(_ -> {}))
            .requestHandler(handler);
    vertx
        .executeBlocking(this::parse)
        .compose(server::listen)
        .onSuccess(
            _ -> {
              log.atInfo().addKeyValue(LogKeys.ADDRESS, address).log("Listening");
              conditions.lower(CONDITION, address);
            })
        .onFailure(
            error -> {
              conditions.raise(
                  CONDITION,
                  address,
                  "CannotListen",
                  "cannot listen on " + address + ": " + error.getMessage());
              timers.after(
                  Pauses.doubling(FIRST_RETRY, LAST_RETRY, attempt), () -> listen(attempt + 1));
            });
  }

  /** Parses the address; it blocks, since a stale Unix socket of a predecessor is removed first. */
  private SocketAddress parse() throws IOException {
    if (address.startsWith(UNIX)) {
      var path = Path.of(address.substring(UNIX.length()));
      Files.deleteIfExists(path);
      return SocketAddress.domainSocketAddress(path.toString());
    }
    int colon = address.lastIndexOf(':');
    if (colon < 0) throw new IOException("not host:port: " + address);
    var host = address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    try {
      return SocketAddress.inetSocketAddress(
          Integer.parseInt(address.substring(colon + 1)), host.isEmpty() ? "::" : host);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("not host:port: " + address, malformed);
    }
  }
}
