package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.socket.GuardedSocket;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.cni.ConfigServerBackendGrpcService;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Owns {@code ipamd.sock}. It holds no state but whether the data plane is there. */
public final class GrpcVerticle extends VerticleBase {
  private final AgentConfig config;
  private final CallIds ids;
  private final Set<Integer> peers;
  private @Nullable GuardedSocket socket;
  private boolean connected;

  /**
   * @param peers user ids that may call
   */
  public GrpcVerticle(AgentConfig config, CallIds ids, Set<Integer> peers) {
    this.config = config;
    this.ids = ids;
    this.peers = Set.copyOf(peers);
  }

  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    var grpc =
        GrpcServer.server(vertx)
            .addService(new CniBackend(vertx, config, ids).service())
            .addService(ConfigServerBackendGrpcService.of(new PolicyConfig(bus, config)))
            .addService(new IntrospectionApi(vertx).service())
            .addService(new HealthApi(vertx, () -> connected).service())
            .addService(ReflectionService.v1());
    var server =
        vertx
            .createHttpServer(new HttpServerOptions())
            // A probe that closes at once is no event worth a log line.
            .connectionHandler(connection -> connection.exceptionHandler(_ -> {}))
            .requestHandler(grpc);
    var rules = SocketRules.of(config.process().grpcSocket(), "rw-rw----", peers);
    return DataplaneEndpoints.NEWS
        .hear(bus, this::heard)
        .compose(_ -> GuardedSocket.listen(vertx, rules, server))
        .onSuccess(listening -> socket = listening);
  }

  @Override
  public Future<?> stop() {
    return socket == null ? Future.succeededFuture() : socket.close();
  }

  private void heard(DataplaneNews news) {
    switch (news) {
      case DataplaneNews.Connected _ -> connected = true;
      case DataplaneNews.Lost _ -> connected = false;
      case DataplaneNews.HostChanged _, DataplaneNews.VethsDeleted _, DataplaneNews.Repaired _ -> {}
    }
  }
}
