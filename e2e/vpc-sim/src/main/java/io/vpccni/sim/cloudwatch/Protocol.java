package io.vpccni.sim.cloudwatch;

import io.vertx.core.json.JsonObject;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.query.Form;
import io.vpccni.sim.query.QueryResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The three ways to say the same. */
public enum Protocol {
  /** rpc-v2-cbor, today's AWS SDKs for Java and others. */
  CBOR("application/cbor"),
  /** AWS JSON 1.0, botocore. */
  JSON("application/x-amz-json-1.0"),
  /** The oldest. */
  QUERY("text/xml");

  private static final String NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";

  public final String contentType;

  Protocol(String contentType) {
    this.contentType = contentType;
  }

  Map<?, ?> read(byte[] body) {
    var text = new String(body, StandardCharsets.UTF_8);
    return switch (this) {
      case CBOR ->
          Cbor.read(body)
              .filter(Map.class::isInstance)
              .map(Map.class::cast)
              .orElseThrow(() -> new IllegalArgumentException("the body is no CBOR map"));
      case JSON -> plain(new JsonObject(text));
      case QUERY -> Metrics.nested(Form.parse(text));
    };
  }

  /** The protocol of a call, told by its headers. */
  public static Protocol of(boolean smithyCbor, boolean target) {
    return smithyCbor ? CBOR : target ? JSON : QUERY;
  }

  /** The answer to a call that was taken. */
  public byte[] done(String requestId) {
    return switch (this) {
      case CBOR -> new byte[] {(byte) 0xa0};
      case JSON -> "{}".getBytes(StandardCharsets.UTF_8);
      case QUERY ->
          QueryResponse.done("PutMetricData", NAMESPACE, requestId)
              .getBytes(StandardCharsets.UTF_8);
    };
  }

  /** The answer to a call that is refused with HTTP status 400. */
  public byte[] refusal(String code, String message, String requestId) {
    return switch (this) {
      case CBOR ->
          Cbor.map(Map.of("__type", "com.amazonaws.cloudwatch#" + code, "message", message));
      case JSON ->
          new JsonObject().put("__type", code).put("message", message).toBuffer().getBytes();
      case QUERY ->
          QueryResponse.error(ApiError.of(code, message), NAMESPACE, requestId)
              .getBytes(StandardCharsets.UTF_8);
    };
  }

  private static Map<?, ?> plain(JsonObject object) {
    return object.getMap();
  }
}
