package io.vpccni.sim.kubernetes;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ApiFailure;
import io.vpccni.sim.kubernetes.store.OpenWatch;
import io.vpccni.sim.kubernetes.store.WatchEvent;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sends one watch to a client, either as lines of an HTTP answer that does not end by itself, or as
 * WebSocket messages. It runs on one context.
 */
final class WatchStream {
  private final Context context;
  private final Connection client;
  private final UnaryOperator<JsonObject> shown;
  private @Nullable OpenWatch watching;
  private long timer = -1;
  private boolean ended;

  /** A connection leads to the client, in either form. */
  private interface Connection {
    void send(String event);

    void end();
  }

  private WatchStream(Context context, Connection client, UnaryOperator<JsonObject> shown) {
    this.context = context;
    this.client = client;
    this.shown = shown;
  }

  /**
   * Answers the request with lines of events.
   *
   * @param shown is how the client wants to see objects
   */
  static WatchStream lines(
      Vertx vertx, HttpServerRequest request, UnaryOperator<JsonObject> shown) {
    var response = request.response();
    var stream = new WatchStream(vertx.getOrCreateContext(), new Lines(response), shown);
    response.closeHandler(_ -> stream.close());
    response.putHeader("Content-Type", "application/json").setChunked(true);
    response.writeHead();
    return stream;
  }

  /**
   * Sends events as messages.
   *
   * @param shown is how the client wants to see objects
   */
  static WatchStream messages(
      Vertx vertx, ServerWebSocket socket, UnaryOperator<JsonObject> shown) {
    var stream = new WatchStream(vertx.getOrCreateContext(), new Messages(socket), shown);
    socket.closeHandler(_ -> stream.close());
    return stream;
  }

  private record Lines(HttpServerResponse response) implements Connection {
    @Override
    public void send(String event) {
      response.write(event + "\n");
    }

    @Override
    public void end() {
      response.end();
    }
  }

  private record Messages(ServerWebSocket socket) implements Connection {
    @Override
    public void send(String event) {
      socket.writeTextMessage(event);
    }

    @Override
    public void end() {
      socket.close();
    }
  }

  /** Takes an event of the store on any thread, and sends it in its order. */
  void hand(WatchEvent event) {
    context.runOnContext(_ -> send(event));
  }

  private void send(WatchEvent event) {
    if (ended) {
      return;
    }
    client.send(event.encode(shown));
    if (event.type() == WatchEvent.Type.ERROR) {
      end();
    }
  }

  /** Tells the client why the watch cannot begin, as its only event. */
  void fail(ApiFailure failure) {
    hand(WatchEvent.error(failure));
  }

  /** Follows this watch of the store until the client goes, or for at most this long. */
  void follow(OpenWatch opened, Duration atMost) {
    watching = opened;
    if (ended) {
      opened.close();
    } else {
      timer =
          context
              .owner()
              .setTimer(Math.max(1, atMost.toMillis()), _ -> context.runOnContext(_ -> end()));
    }
  }

  private void end() {
    if (!ended) {
      close();
      client.end();
    }
  }

  private void close() {
    ended = true;
    context.owner().cancelTimer(timer);
    var opened = watching;
    if (opened != null) {
      opened.close();
    }
  }
}
