package io.vpccni.sim.http;

import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.Reply;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.wire.QueryReader;
import io.vpccni.sim.ec2.wire.ResponseWriter;
import io.vpccni.sim.query.Form;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Serves EC2's Query API: {@code POST /} with a form, or {@code GET /?Action=…}. */
public final class Ec2Service implements Handler<HttpServerRequest> {
  private final Vertx vertx;
  private final Cloud cloud;
  private final AccessKeys keys;
  private final InstantSource clock;
  private final Runnable afterCall;

  /**
   * @param afterCall runs after each call, since what is due later may have changed
   */
  Ec2Service(Vertx vertx, Cloud cloud, AccessKeys keys, InstantSource clock, Runnable afterCall) {
    this.vertx = vertx;
    this.cloud = cloud;
    this.keys = keys;
    this.clock = clock;
    this.afterCall = afterCall;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestBody.read(request).onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    var text = body.length() > 0 ? body.toString(StandardCharsets.UTF_8) : request.query();
    var id = UUID.randomUUID().toString();
    try {
      var form = Form.parse(text == null ? "" : text);
      var caller = keys.check(signed(request, body), clock.instant());
      boolean dryRun = QueryReader.dryRun(form);
      var call = QueryReader.read(form);
      var reply = cloud.call(call, caller, dryRun, clock.instant());
      afterCall.run();
      Future.fromCompletionStage(reply.followed(), vertx.getOrCreateContext())
          .compose(_ -> after(reply.after()))
          .onSuccess(_ -> send(request, form.need("Action"), reply.result(), id))
          .onFailure(bug -> send(request, brokenPlane(bug), id));
    } catch (ApiError malformed) {
      send(request, malformed, id);
    } catch (RuntimeException bug) {
      // Rather than leave a client waiting.
      send(request, ApiError.of("InternalError", "vpc-sim: " + bug), id);
    }
  }

  private static Signature.Signed signed(HttpServerRequest request, Buffer body) {
    return new Signature.Signed(
        request.method().name(),
        Objects.requireNonNullElse(request.path(), "/"),
        Objects.requireNonNullElse(request.query(), ""),
        name -> Optional.ofNullable(request.getHeader(name)),
        body);
  }

  /**
   * Returns the error for a call that the API accepted and that the simulated network could not
   * follow. A test must see it.
   */
  private static ApiError brokenPlane(Throwable bug) {
    return ApiError.of("InternalError", "vpc-sim: the data plane failed: " + bug);
  }

  private Future<Void> after(Duration delay) {
    return delay.toMillis() == 0
        ? Future.succeededFuture()
        : vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).mapEmpty();
  }

  private void send(HttpServerRequest request, String action, Reply.Result result, String id) {
    switch (result) {
      case Reply.Answered(var answer) ->
          send(request, 200, ResponseWriter.write(action, answer, id), id);
      case Reply.Refused(var error) -> send(request, error, id);
      case Reply.Lost _ -> request.connection().close();
      case Reply.Silence _ -> {}
    }
  }

  private void send(HttpServerRequest request, ApiError error, String id) {
    send(request, error.httpStatus(), ResponseWriter.write(error, id), id);
  }

  /** The date is what clients correct their clock by. */
  private void send(HttpServerRequest request, int status, String xml, String id) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "text/xml;charset=UTF-8")
        .putHeader("Date", RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)))
        .putHeader("x-amzn-RequestId", id)
        .end(xml);
  }
}
