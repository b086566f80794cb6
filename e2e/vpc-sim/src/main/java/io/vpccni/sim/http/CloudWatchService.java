package io.vpccni.sim.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.sim.cloudwatch.Metrics;
import io.vpccni.sim.cloudwatch.Protocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;
import java.util.zip.GZIPInputStream;

/** Serves CloudWatch's PutMetricData, and nothing else of CloudWatch. */
public final class CloudWatchService implements Handler<HttpServerRequest> {
  /** CloudWatch's own bound for a request before compression is 1 MB. */
  private static final int MOST_BYTES = 1 << 20;

  private final Metrics metrics;
  private final InstantSource clock;

  public CloudWatchService(Metrics metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestBody.read(request).onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    var id = UUID.randomUUID().toString();
    var protocol =
        Protocol.of(
            "rpc-v2-cbor".equals(request.getHeader("smithy-protocol")),
            request.getHeader("X-Amz-Target") != null);
    var response = request.response().putHeader("x-amzn-RequestId", id);
    response.putHeader("Content-Type", protocol.contentType);
    if (protocol == Protocol.CBOR) {
      response.putHeader("smithy-protocol", "rpc-v2-cbor");
    }
    try {
      boolean gzip = "gzip".equals(request.getHeader("Content-Encoding"));
      var plain = gzip ? unzip(body.getBytes()) : body.getBytes();
      checkAction(request, protocol, plain);
      metrics.accept(protocol, plain, gzip, clock.instant());
      response.end(Buffer.buffer(protocol.done(id)));
    } catch (IllegalArgumentException | IOException refused) {
      response
          .setStatusCode(400)
          .end(
              Buffer.buffer(
                  protocol.refusal(
                      "InvalidParameterValue", String.valueOf(refused.getMessage()), id)));
    }
  }

  private static void checkAction(HttpServerRequest request, Protocol protocol, byte[] body) {
    var names =
        switch (protocol) {
          case CBOR -> String.valueOf(request.path());
          case JSON -> String.valueOf(request.getHeader("X-Amz-Target"));
          case QUERY -> "&" + new String(body, StandardCharsets.US_ASCII) + "&";
        };
    boolean put =
        protocol == Protocol.QUERY
            ? names.contains("&Action=PutMetricData&")
            : names.endsWith("PutMetricData");
    if (!put) {
      throw new IllegalArgumentException("vpc-sim supports only PutMetricData");
    }
  }

  private static byte[] unzip(byte[] zipped) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      var plain = in.readNBytes(MOST_BYTES + 1);
      if (plain.length > MOST_BYTES) {
        throw new IllegalArgumentException("the request exceeds " + MOST_BYTES + " bytes");
      }
      return plain;
    }
  }
}
