package io.vpccni.ipamd.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.SocketAddress;
import io.vpccni.ipamd.retry.VertxTimers;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.socket.FrameConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Calls the agent as its callers do: the runtime's executable, kubelet's probes, Prometheus, an
 * operator.
 */
public final class RehearsalCalls {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final byte[] CONF =
      """
      {"cniVersion":"1.1.0","name":"aws-cni","type":"aws-cni","mtu":"9001","vethPrefix":"eni","pluginLogLevel":"DEBUG"}
      """
          .getBytes(UTF_8);

  private final Vertx vertx;
  private final Path folder;

  /** This is kept because Vert.x closes a client that nobody refers to, with its connections. */
  private final NetClient sockets;

  private final HttpClient http1;
  private final HttpClient http2;

  public RehearsalCalls(Vertx vertx, Path folder) {
    this.vertx = vertx;
    this.folder = folder;
    this.sockets = vertx.createNetClient();
    this.http1 = vertx.createHttpClient();
    this.http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  /** Waits until the agent is ready, and fails after that time. */
  public Future<Void> untilReady(int seconds) {
    return statusUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
  }

  private Future<Void> statusUntil(long end) {
    return call("STATUS", 0)
        .compose(
            answer -> {
              if (answer.exitCode() == 0) return Future.succeededFuture();
              if (System.nanoTime() > end) return Future.failedFuture(answer.text());
              return new VertxTimers(vertx).pause(PAUSE).compose(_ -> statusUntil(end));
            });
  }

  public Future<CniAnswer> call(String verb, int pod) {
    var env =
        Map.of(
            "CNI_COMMAND",
            verb,
            "CNI_CONTAINERID",
            "rehearsal-" + pod,
            "CNI_NETNS",
            "/run/netns/rehearsal-" + pod,
            "CNI_IFNAME",
            "eth0",
            "CNI_PATH",
            "/opt/cni/bin",
            "CNI_ARGS",
            "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod-%d;K8S_POD_INFRA_CONTAINER_ID=rehearsal-%d"
                .formatted(pod, pod));
    Promise<CniAnswer> answer = Promise.promise();
    sockets
        .connect(socket("cni.sock"))
        .onFailure(answer::fail)
        .onSuccess(
            socket -> {
              var frames = new FrameConnection(vertx, socket, Framing.CNI);
              frames.start(body -> answer.tryComplete(CniAnswer.decode(body)), answer::tryFail);
              frames.send(new CniRequest("aws-cni", env, CONF).encode());
            });
    return answer.future();
  }

  private SocketAddress socket(String name) {
    return SocketAddress.domainSocketAddress(folder.resolve(name).toString());
  }

  /** Asks for a page; what is refused is looked at too, since only that somebody asked matters. */
  Future<?> look(int metricsPort) {
    return Future.join(
        get(SocketAddress.inetSocketAddress(metricsPort, "127.0.0.1"), "/metrics"),
        get(socket("introspection.sock"), "/v1/enis"),
        get(socket("introspection.sock"), "/v1/env-settings"),
        health());
  }

  private Future<?> get(SocketAddress server, String path) {
    return http1
        .request(new RequestOptions().setServer(server).setURI(path))
        .compose(request -> request.send().compose(response -> response.body()));
  }

  /**
   * Makes one gRPC call without the client's library: a frame of five bytes around an empty
   * message.
   */
  private Future<?> health() {
    return http2
        .request(
            new RequestOptions()
                .setServer(socket("ipamd.sock"))
                .setHost("localhost")
                .setMethod(HttpMethod.POST)
                .setURI("/grpc.health.v1.Health/Check")
                .putHeader("content-type", "application/grpc")
                .putHeader("te", "trailers"))
        .compose(
            request ->
                request.send(Buffer.buffer(new byte[5])).compose(response -> response.body()));
  }
}
