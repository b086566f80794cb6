package io.vpccni.sim.kubernetes;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.sim.kubernetes.store.ApiFailure;
import io.vpccni.sim.kubernetes.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Forwards requests to pods ({@code pods/proxy}) as the API server does: a pod that cannot be
 * reached is 503, one that hangs up in the middle 502, and one that is silent 504 after a minute.
 */
final class PodProxy {
  private static final long REQUEST_SECONDS = 60;

  private final Vertx vertx;
  private final ObjectStore store;
  private volatile PodNetwork network = PodNetwork.HOST;

  PodProxy(Vertx vertx, ObjectStore store) {
    this.vertx = vertx;
    this.store = store;
  }

  void network(PodNetwork other) {
    network = other;
  }

  /** Holds what a pod answers, with its headers as they came. */
  private record Answer(int status, String contentType, Buffer body) {}

  /**
   * Answers a request with what the pod answers.
   *
   * @throws ApiFailure if there is no such pod, or if it has no address yet
   */
  void forward(HttpServerRequest request, ProxyPath path) {
    var type = store.types().find("", "v1", "pods").orElseThrow(ApiFailure::noSuchPath);
    var status = store.get(type, path.namespace(), path.pod()).getJsonObject("status");
    var ip = status == null ? "" : status.getString("podIP", "");
    if (ip.isEmpty()) {
      throw ApiFailure.of(
          503, "error trying to reach service: address <nil>: no IP for pod " + path.pod());
    }
    var query = request.query() == null ? "" : "?" + request.query();
    var head =
        "%s %s%s HTTP/1.0\r\nHost: %s:%d\r\nAccept: %s\r\n\r\n"
            .formatted(
                request.method(),
                path.rest(),
                query,
                ip,
                path.port(),
                Objects.requireNonNullElse(request.getHeader(HttpHeaders.ACCEPT), "*/*"));
    asked(vertx.getOrCreateContext(), new InetSocketAddress(ip, path.port()), head)
        .timeout(REQUEST_SECONDS, TimeUnit.SECONDS)
        .onSuccess(answer -> send(request, answer))
        .onFailure(error -> ApiHandler.refuse(request, refusal(error)));
  }

  private static void send(HttpServerRequest request, Answer answer) {
    request
        .response()
        .setStatusCode(answer.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType())
        .end(answer.body());
  }

  private static ApiFailure refusal(Throwable error) {
    return switch (error) {
      case TimeoutException _ -> ApiFailure.of(504, "the pod did not answer within a minute");
      case Broken broken -> new ApiFailure(502, "", String.valueOf(broken.getMessage()));
      default ->
          ApiFailure.of(
              503, "error trying to reach service: " + String.valueOf(error.getMessage()));
    };
  }

  /** Says that the pod's answer is no whole HTTP answer. */
  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1;

    Broken(String message) {
      super(message);
    }
  }

  private Future<Answer> asked(Context context, InetSocketAddress target, String head) {
    var promise = Promise.<Answer>promise();
    Thread.ofVirtual()
        .name("proxy to " + target)
        .start(
            () -> {
              try {
                var answer = ask(target, head);
                context.runOnContext(_ -> promise.tryComplete(answer));
              } catch (IOException | RuntimeException failed) {
                context.runOnContext(_ -> promise.tryFail(failed));
              }
            });
    return promise.future();
  }

  private Answer ask(InetSocketAddress target, String head) throws IOException {
    try (var channel = connected(target)) {
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      var read = new ByteArrayOutputStream();
      var buffer = ByteBuffer.allocate(16 * 1024);
      try {
        // In HTTP/1.0 the end of the connection is the end of the answer.
        while (channel.read(buffer) >= 0) {
          read.write(buffer.array(), 0, buffer.position());
          buffer.clear();
        }
      } catch (IOException reset) {
        throw new Broken("the pod ended the connection: " + reset.getMessage());
      }
      return answer(read.toByteArray());
    }
  }

  private SocketChannel connected(InetSocketAddress target) throws IOException {
    var where = target.getHostString() + ":" + target.getPort();
    try {
      return network.connect(target);
    } catch (SocketTimeoutException late) {
      throw new IOException("dial tcp " + where + ": i/o timeout", late);
    } catch (IOException refused) {
      throw new IOException(
          "dial tcp "
              + where
              + ": connect: "
              + String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT),
          refused);
    }
  }

  private static Answer answer(byte[] bytes) throws Broken {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    var lines = text.substring(0, Math.max(0, end)).split("\r\n", -1);
    var first = lines[0].split(" ", 3);
    if (end < 0 || first.length < 2 || !first[1].matches("[0-9]{3}")) {
      throw new Broken("the pod's answer is no HTTP");
    }
    var type = "application/octet-stream";
    int length = -1;
    for (var line : lines) {
      var lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-type:")) {
        type = line.substring("content-type:".length()).strip();
      } else if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    var body = Arrays.copyOfRange(bytes, end + 4, bytes.length);
    if (length >= 0 && body.length < length) {
      throw new Broken("the pod ended the connection in the middle of its answer");
    }
    return new Answer(Integer.parseInt(first[1]), type, Buffer.buffer(body));
  }
}
