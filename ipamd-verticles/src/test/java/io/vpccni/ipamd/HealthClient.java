package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;

import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.function.Consumer;

/** Asks an agent for its health over gRPC, as probes and watching clients do. */
record HealthClient(GrpcClient client, SocketAddress socket) {
  private static final ServiceMethod<HealthCheckResponse, HealthCheckRequest> CHECK =
      health("Check");
  private static final ServiceMethod<HealthCheckResponse, HealthCheckRequest> WATCH =
      health("Watch");

  private static ServiceMethod<HealthCheckResponse, HealthCheckRequest> health(String method) {
    return ServiceMethod.client(
        ServiceName.create("grpc.health.v1", "Health"),
        method,
        GrpcMessageEncoder.encoder(),
        GrpcMessageDecoder.decoder(HealthCheckResponse.newBuilder()));
  }

  /** Says whether the service of this name is SERVING, as a probe sees it. */
  boolean isServing(String service) {
    var asked = HealthCheckRequest.newBuilder().setService(service).build();
    var answer =
        await(
            client
                .request(socket, CHECK)
                .compose(call -> call.send(asked))
                .compose(response -> response.last()));
    return answer.getStatus() == HealthCheckResponse.ServingStatus.SERVING;
  }

  /** Tells each status of a service until the test ends. */
  void watch(String service, Consumer<ServingStatus> seen) {
    var call = await(client.request(socket, WATCH));
    call.response().onSuccess(answer -> answer.handler(said -> seen.accept(said.getStatus())));
    call.end(HealthCheckRequest.newBuilder().setService(service).build());
  }
}
