package io.vpccni.netprog.policy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vpccni.rpc.wire.cni.DeleteNpReply;
import io.vpccni.rpc.wire.cni.DeleteNpRequest;
import io.vpccni.rpc.wire.cni.EnforceNpReply;
import io.vpccni.rpc.wire.cni.EnforceNpRequest;
import io.vpccni.rpc.wire.cni.NPBackendGrpcClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Speaks gRPC for {@link PolicyRelay}, which alone refers to it. Each call has its own connection,
 * as in the reference's plugin, so that one which hangs, or whose agent never speaks HTTP/2, costs
 * the next pod nothing.
 */
final class PolicyAgent {
  private final Vertx vertx;
  private final SocketAddress socket;
  private final HttpClientOptions http;
  private final Duration callLimit;

  PolicyAgent(Vertx vertx, Path socket, Duration connectLimit, Duration callLimit) {
    this.vertx = vertx;
    this.socket = SocketAddress.domainSocketAddress(socket.toString());
    this.http =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setConnectTimeout((int) connectLimit.toMillis());
    this.callLimit = callLimit;
  }

  Future<Boolean> enforce(String podNamespace, String podName, String mode, int interfaces) {
    var request =
        EnforceNpRequest.newBuilder()
            .setK8SPODNAMESPACE(podNamespace)
            .setK8SPODNAME(podName)
            .setNETWORKPOLICYMODE(mode)
            .setInterfaceCount(interfaces)
            .build();
    return call(agent -> agent.enforceNpToPod(request)).map(EnforceNpReply::getSuccess);
  }

  Future<Boolean> delete(String podNamespace, String podName) {
    var request =
        DeleteNpRequest.newBuilder()
            .setK8SPODNAMESPACE(podNamespace)
            .setK8SPODNAME(podName)
            .build();
    return call(agent -> agent.deletePodNp(request)).map(DeleteNpReply::getSuccess);
  }

  private <T> Future<T> call(Function<NPBackendGrpcClient, Future<T>> call) {
    var client = GrpcClient.client(vertx, http);
    return call.apply(NPBackendGrpcClient.create(client, socket))
        .timeout(callLimit.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(_ -> client.close());
  }
}
