package io.vpccni.sim.kubernetes;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** Answers with a schema that describes no kind, so that clients leave validation to the server. */
final class OpenApi {
  private static final String PROTOBUF =
      "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
  private static final JsonObject EMPTY =
      new JsonObject()
          .put("swagger", "2.0")
          .put("info", new JsonObject().put("title", "Kubernetes").put("version", "v1.34.0"))
          .put("paths", new JsonObject());

  private OpenApi() {}

  static void answer(HttpServerRequest request) {
    var accepted = Objects.requireNonNullElse(request.getHeader(HttpHeaders.ACCEPT), "");
    boolean protobuf = accepted.contains("protobuf");
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, protobuf ? PROTOBUF : "application/json")
        // The empty message of Protocol Buffers is an empty document.
        .end(protobuf ? Buffer.buffer() : EMPTY.toBuffer());
  }
}
