package io.vpccni.sim.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.query.Form;
import io.vpccni.sim.sts.Sts;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;

/** Serves STS's Query API. */
public final class StsService implements Handler<HttpServerRequest> {
  private final String account;
  private final AccessKeys keys;
  private final InstantSource clock;

  StsService(String account, AccessKeys keys, InstantSource clock) {
    this.account = account;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestBody.read(request).onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    var id = UUID.randomUUID().toString();
    var query = request.query();
    var text = body.length() > 0 || query == null ? body.toString(StandardCharsets.UTF_8) : query;
    var response =
        request.response().putHeader("Content-Type", "text/xml").putHeader("x-amzn-RequestId", id);
    try {
      var form = Form.parse(text);
      response.end(
          Sts.answer(
              form,
              account,
              Signature.accessKeyIn(request.getHeader("Authorization")),
              keys::issued,
              id,
              clock.instant()));
    } catch (ApiError refused) {
      response.setStatusCode(refused.httpStatus()).end(Sts.error(refused, id));
    }
  }
}
