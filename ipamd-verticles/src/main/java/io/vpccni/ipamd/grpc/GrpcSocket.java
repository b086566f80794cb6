package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.socket.GuardedSocket;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.cni.ConfigServerBackendGrpcService;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves {@code ipamd.sock}. It is used on one Vert.x context only. */
public final class GrpcSocket {
  private final Vertx vertx;
  private final AgentConfig config;
  private final GrpcServer services;
  private @Nullable GuardedSocket socket;

  /**
   * Makes a socket that does not listen yet.
   *
   * @param queue is shared with all other sockets that take calls about attachments
   * @param notReady says why no pod should be added now, as far as net-programmer and this process
   *     go; empty if one may
   */
  public GrpcSocket(
      Vertx vertx,
      AgentConfig config,
      CallIds ids,
      ElapsedClock clock,
      AttachmentQueue queue,
      Supplier<Optional<String>> notReady) {
    this.vertx = vertx;
    this.config = config;
    this.services =
        GrpcServer.server(vertx)
            .addService(new CniBackend(vertx, config, ids, queue).service())
            .addService(
                ConfigServerBackendGrpcService.of(new PolicyConfig(vertx.eventBus(), config)))
            .addService(new IntrospectionApi(vertx, clock, notReady).service())
            .addService(new HealthApi(vertx, () -> notReady.get().isEmpty()).service())
            .addService(ReflectionService.v1());
  }

  /**
   * Opens the socket.
   *
   * @param peers user ids that may call
   */
  public Future<?> listen(Set<Integer> peers) {
    var server =
        vertx
            .createHttpServer(new HttpServerOptions())
            // A probe that closes at once is no event worth a log line.
            .connectionHandler(connection -> connection.exceptionHandler(_ -> {}))
            .requestHandler(services);
    var rules = SocketRules.of(config.process().grpcSocket(), "rw-rw----", peers);
    return GuardedSocket.listen(vertx, rules, server).onSuccess(listening -> socket = listening);
  }

  /** Closes the socket, if it was opened, and all its connections. */
  public Future<?> close() {
    return socket == null ? Future.succeededFuture() : socket.close();
  }
}
