package io.vpccni.cli.agent;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.GetStatusRequest;
import io.vpccni.rpc.wire.introspection.HistoryEntry;
import io.vpccni.rpc.wire.introspection.IntrospectionGrpcClient;
import io.vpccni.rpc.wire.introspection.ListAllocationsRequest;
import io.vpccni.rpc.wire.introspection.ListEnisRequest;
import io.vpccni.rpc.wire.introspection.ListHistoryRequest;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Asks the agent by gRPC on its Unix socket. Its methods block. */
public final class GrpcAgent implements Agent {
  private static final String IS_IT_RUNNING =
      "Is aws-node running on this node? Try: kubectl -n kube-system get pods -l k8s-app=aws-node -o wide";

  private final Path socket;
  private final Duration timeout;
  private final Vertx vertx;
  private final IntrospectionGrpcClient client;

  private GrpcAgent(Path socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
    this.vertx =
        Vertx.vertx(
            NativeVertx.withoutFileCache(
                new VertxOptions()
                    .setPreferNativeTransport(true)
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(1)
                    .setInternalBlockingPoolSize(1)));
    var http =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    this.client =
        IntrospectionGrpcClient.create(
            GrpcClient.client(vertx, http), SocketAddress.domainSocketAddress(socket.toString()));
  }

  /**
   * Returns the agent behind a socket.
   *
   * @throws AgentUnreachable if there is no such socket, or this user may not use it
   */
  public static Agent connect(Path socket, Duration timeout) {
    if (!Files.exists(socket)) {
      throw new AgentUnreachable("there is no socket " + socket, IS_IT_RUNNING);
    }
    if (!Files.isWritable(socket)) {
      throw new AgentUnreachable(
          "this user may not use the socket " + socket, "Run the command as root.");
    }
    return new GrpcAgent(socket, timeout);
  }

  @Override
  public NodeStatus status() {
    return await(client.getStatus(GetStatusRequest.getDefaultInstance()));
  }

  @Override
  public List<Allocation> allocations() {
    return await(client.listAllocations(ListAllocationsRequest.getDefaultInstance()))
        .getAllocationsList();
  }

  @Override
  public List<Eni> enis() {
    return await(client.listEnis(ListEnisRequest.getDefaultInstance())).getEnisList();
  }

  @Override
  public ExplainReply explain(ExplainRequest subject) {
    return await(client.explain(subject));
  }

  @Override
  public List<HistoryEntry> history() {
    return await(client.listHistory(ListHistoryRequest.getDefaultInstance())).getEntriesList();
  }

  @Override
  public void watch(Duration limit, Predicate<PoolSnapshot> seen) {
    Promise<Void> first = Promise.promise();
    Promise<Void> ended = Promise.promise();
    ended.future().onFailure(first::tryFail);
    // Handlers are set by the event loop, before it reads the first snapshot.
    client
        .watchPool(WatchPoolRequest.getDefaultInstance())
        .onSuccess(
            snapshots ->
                snapshots
                    .exceptionHandler(ended::tryFail)
                    .endHandler(_ -> ended.tryFail("it has closed the connection"))
                    .handler(
                        snapshot -> {
                          if (!seen.test(snapshot)) ended.tryComplete();
                          first.tryComplete();
                        }))
        .onFailure(ended::tryFail);
    await(first.future());
    vertx.setTimer(limit.toMillis(), _ -> ended.tryComplete());
    await(ended.future(), limit.plus(timeout));
  }

  private <T> T await(Future<T> answer) {
    return await(answer, timeout);
  }

  private <T> T await(Future<T> answer, Duration limit) {
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw gone(String.valueOf(failed.getCause()));
    } catch (TimeoutException late) {
      throw gone("it has not answered within " + limit.toSeconds() + " s");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw gone("the wait was interrupted");
    }
  }

  private AgentUnreachable gone(String why) {
    return new AgentUnreachable(
        "the agent behind " + socket + " cannot be asked: " + why, IS_IT_RUNNING);
  }

  @Override
  public void close() {
    vertx.close();
  }
}
