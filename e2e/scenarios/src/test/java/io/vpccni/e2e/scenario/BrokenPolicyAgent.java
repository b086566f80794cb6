package io.vpccni.e2e.scenario;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vpccni.e2e.testbed.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something that listens on the socket of a node's network policy agent and is not a working agent.
 */
final class BrokenPolicyAgent implements AutoCloseable {
  private final AtomicInteger connections = new AtomicInteger();
  private final Path socket;
  private final NetServer server;

  private BrokenPolicyAgent(Vertx vertx, Node node, Handler<NetSocket> manner) throws Exception {
    socket = node.namespaces().file("/run/aws-node/npa.sock");
    // One that was killed leaves its file.
    Files.deleteIfExists(socket);
    server =
        Futures.await(
            vertx
                .createNetServer()
                .connectHandler(
                    connection -> {
                      connections.incrementAndGet();
                      manner.handle(connection);
                    })
                .listen(SocketAddress.domainSocketAddress(socket.toString())));
  }

  /** Accepts connections and never answers. */
  static BrokenPolicyAgent mute(Vertx vertx, Node node) throws Exception {
    return new BrokenPolicyAgent(vertx, node, _ -> {});
  }

  /** Closes each connection at its first request. */
  static BrokenPolicyAgent dying(Vertx vertx, Node node) throws Exception {
    return new BrokenPolicyAgent(
        vertx, node, connection -> connection.handler(_ -> connection.close()));
  }

  /** Returns the number of connections so far. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    server.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    Files.deleteIfExists(socket);
  }
}
