package io.vpccni.e2e.testbed;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.GetPoolRequest;
import io.vpccni.rpc.wire.introspection.IntrospectionGrpcClient;
import io.vpccni.rpc.wire.introspection.ListEnisRequest;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.sim.network.Netns;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the agent what an operator would ask it: gRPC on its Unix socket and HTTP on the node's
 * loopback.
 */
public final class Introspection implements AutoCloseable {
  private static final int SECONDS = 10;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  private final GrpcClient client = GrpcClient.client(vertx);

  public PoolSnapshot pool(Node node) throws IOException {
    return await(grpc(node).getPool(GetPoolRequest.getDefaultInstance()));
  }

  public List<Eni> enis(Node node) throws IOException {
    return await(grpc(node).listEnis(ListEnisRequest.getDefaultInstance())).getEnisList();
  }

  private IntrospectionGrpcClient grpc(Node node) {
    var socket = node.namespaces().file("/run/aws-node/ipamd.sock").toString();
    return IntrospectionGrpcClient.create(client, SocketAddress.domainSocketAddress(socket));
  }

  private static <T> T await(io.vertx.core.Future<T> future) throws IOException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IOException("gRPC introspection: " + failed, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  /** Returns an answer of the HTTP introspection, which listens on the node's loopback only. */
  public JsonObject http(Node node, String path) throws IOException {
    return new JsonObject(text(node, 61679, path));
  }

  /** Returns the metrics page. */
  public String metrics(Node node) throws IOException {
    return text(node, 61678, "/metrics");
  }

  private static String text(Node node, int port, String path) throws IOException {
    return Netns.call(
        Netns.path(node.facts().netns()),
        () -> {
          var connection = URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
          // A kept connection would lead to the node that was asked first: each has this address.
          connection.setRequestProperty("Connection", "close");
          connection.setConnectTimeout(SECONDS * 1000);
          connection.setReadTimeout(SECONDS * 1000);
          try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
          }
        });
  }

  @Override
  public void close() {
    vertx.close();
  }
}
