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

/** The gRPC side of {@link PolicyRelay}, which alone refers to it. */
final class PolicyAgent {
  private final NPBackendGrpcClient agent;
  private final Duration callLimit;

  PolicyAgent(Vertx vertx, Path socket, Duration connectLimit, Duration callLimit) {
    var http =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setConnectTimeout((int) connectLimit.toMillis());
    this.agent =
        NPBackendGrpcClient.create(
            GrpcClient.client(vertx, http), SocketAddress.domainSocketAddress(socket.toString()));
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
    return limited(agent.enforceNpToPod(request)).map(EnforceNpReply::getSuccess);
  }

  Future<Boolean> delete(String podNamespace, String podName) {
    var request =
        DeleteNpRequest.newBuilder()
            .setK8SPODNAMESPACE(podNamespace)
            .setK8SPODNAME(podName)
            .build();
    return limited(agent.deletePodNp(request)).map(DeleteNpReply::getSuccess);
  }

  private <T> Future<T> limited(Future<T> call) {
    return call.timeout(callLimit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
