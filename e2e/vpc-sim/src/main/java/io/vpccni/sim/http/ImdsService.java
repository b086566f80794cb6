package io.vpccni.sim.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.sim.imds.Imds;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/** Serves IMDS to the instance that a request comes from. */
public final class ImdsService implements Handler<HttpServerRequest> {
  private final Imds imds;
  private final InstantSource clock;
  private final Function<HttpServerRequest, Optional<String>> instance;

  /**
   * @param instance tells the instance by the source address, or is fixed
   */
  public ImdsService(
      Imds imds, InstantSource clock, Function<HttpServerRequest, Optional<String>> instance) {
    this.imds = imds;
    this.clock = clock;
    this.instance = instance;
  }

  @Override
  public void handle(HttpServerRequest request) {
    instance
        .apply(request)
        .ifPresentOrElse(
            id -> answer(request, id),
            () -> request.response().setStatusCode(404).end("no instance has this address"));
  }

  private void answer(HttpServerRequest request, String id) {
    var now = clock.instant();
    if (request.method().equals(HttpMethod.PUT)) {
      put(request, id);
    } else if (request.method().equals(HttpMethod.GET)) {
      send(request, imds.get(id, String.valueOf(request.path()), header(request, Imds.TOKEN), now));
    } else {
      request.response().setStatusCode(405).end();
    }
  }

  private void put(HttpServerRequest request, String id) {
    if (!"/latest/api/token".equals(request.path())) {
      request.response().setStatusCode(405).end();
    } else if (request.getHeader("X-Forwarded-For") != null) {
      // The real service refuses tokens to what came through a proxy.
      request.response().setStatusCode(403).end();
    } else {
      send(request, imds.token(id, header(request, Imds.TTL), clock.instant()));
    }
  }

  private static Optional<String> header(HttpServerRequest request, String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  private static void send(HttpServerRequest request, Imds.Answer answer) {
    var response = request.response().setStatusCode(answer.status());
    answer.ttl().ifPresent(seconds -> response.putHeader(Imds.TTL, seconds));
    response
        .putHeader("Content-Type", "text/plain")
        .putHeader("Server", "EC2ws")
        .end(answer.body());
  }
}
