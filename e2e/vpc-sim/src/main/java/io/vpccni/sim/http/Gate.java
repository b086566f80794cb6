package io.vpccni.sim.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Every request to one service passes its gate first. It can delay or withhold answers on demand.
 */
public final class Gate {
  /** Says in which way a service answers, or that it does not. */
  public sealed interface Mode {
    /**
     * @param after is how long each request is held back
     */
    record Up(Duration after) implements Mode {}

    /** Every connection closes without an answer. */
    record Refusing() implements Mode {}

    /** Every request gets this HTTP status. */
    record Failing(int status) implements Mode {}

    /** Requests are taken and never answered. */
    record Hanging() implements Mode {}
  }

  public static final Mode UP = new Mode.Up(Duration.ZERO);

  private final Vertx vertx;
  private volatile Mode mode = UP;

  Gate(Vertx vertx) {
    this.vertx = vertx;
  }

  public void mode(Mode next) {
    mode = next;
  }

  Handler<HttpServerRequest> before(Handler<HttpServerRequest> service) {
    return request -> pass(request, service);
  }

  private void pass(HttpServerRequest request, Handler<HttpServerRequest> service) {
    switch (mode) {
      case Mode.Up(var after) -> {
        if (after.toMillis() == 0) {
          service.handle(request);
        } else {
          request.pause();
          vertx.setTimer(
              after.toMillis(),
              _ -> {
                service.handle(request);
                request.resume();
              });
        }
      }
      case Mode.Refusing _ -> request.connection().close();
      case Mode.Failing(var status) -> request.response().setStatusCode(status).end();
      case Mode.Hanging _ -> request.resume();
    }
  }
}
