package io.vpccni.sim.cloudwatch;

import io.vertx.core.json.JsonObject;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.query.Form;
import io.vpccni.sim.query.QueryResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.cbor.CBORMapper;

/** A client may put metrics in these three protocols. */
public enum Protocol {
  /** This is Smithy's rpc-v2-cbor, which today's AWS SDK for Java speaks, among others. */
  CBOR("application/cbor"),
  /** This is AWS JSON 1.0, which botocore speaks. */
  JSON("application/x-amz-json-1.0"),
  /** This is AWS's Query protocol, which older clients speak. */
  QUERY("text/xml");

  private static final String NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";

  private static final CBORMapper MAPPER = new CBORMapper();

  public final String contentType;

  Protocol(String contentType) {
    this.contentType = contentType;
  }

  Map<?, ?> read(byte[] body) {
    var text = new String(body, StandardCharsets.UTF_8);
    return switch (this) {
      case CBOR -> cbor(body);
      case JSON -> plain(new JsonObject(text));
      case QUERY -> Metrics.nested(Form.parse(text));
    };
  }

  /** Tells the protocol of a call by its headers. */
  public static Protocol of(boolean smithyCbor, boolean target) {
    return smithyCbor ? CBOR : target ? JSON : QUERY;
  }

  /** Returns the body of the answer to a call that was accepted. */
  public byte[] done(String requestId) {
    return switch (this) {
      case CBOR -> new byte[] {(byte) 0xa0};
      case JSON -> "{}".getBytes(StandardCharsets.UTF_8);
      case QUERY ->
          QueryResponse.done("PutMetricData", NAMESPACE, requestId)
              .getBytes(StandardCharsets.UTF_8);
    };
  }

  /** Returns the body of the answer to a call that is refused with HTTP status 400. */
  public byte[] refusal(String code, String message, String requestId) {
    return switch (this) {
      case CBOR ->
          MAPPER.writeValueAsBytes(
              Map.of("__type", "com.amazonaws.cloudwatch#" + code, "message", message));
      case JSON ->
          new JsonObject().put("__type", code).put("message", message).toBuffer().getBytes();
      case QUERY ->
          QueryResponse.error(ApiError.of(code, message), NAMESPACE, requestId)
              .getBytes(StandardCharsets.UTF_8);
    };
  }

  private static Map<?, ?> cbor(byte[] body) {
    try {
      return MAPPER.readValue(body, Map.class);
    } catch (JacksonException malformed) {
      throw new IllegalArgumentException(
          "the body is not a CBOR map: " + malformed.getOriginalMessage(), malformed);
    }
  }

  private static Map<?, ?> plain(JsonObject object) {
    return object.getMap();
  }
}
