package io.vpccni.e2e.scenario;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.rpc.wire.cni.DeleteNpReply;
import io.vpccni.rpc.wire.cni.DeleteNpRequest;
import io.vpccni.rpc.wire.cni.EnforceNpReply;
import io.vpccni.rpc.wire.cni.EnforceNpRequest;
import io.vpccni.rpc.wire.cni.NPBackendGrpcService;
import io.vpccni.rpc.wire.cni.NPBackendService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A network policy agent on a node's socket speaks real gRPC and answers what the test wants. */
final class PolicyAgent implements AutoCloseable {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Path socket;
  private final HttpServer server;

  private PolicyAgent(Vertx vertx, Node node, Future<Boolean> answer) throws Exception {
    socket = node.namespaces().file("/run/aws-node/npa.sock");
    // One that was killed leaves its file.
    Files.deleteIfExists(socket);
    var services = GrpcServer.server(vertx);
    services.addService(NPBackendGrpcService.of(new Service(answer)));
    server =
        Futures.await(
            vertx
                .createHttpServer()
                .requestHandler(services)
                .listen(SocketAddress.domainSocketAddress(socket.toString())));
  }

  static PolicyAgent accepting(Vertx vertx, Node node) throws Exception {
    return new PolicyAgent(vertx, node, Future.succeededFuture(true));
  }

  static PolicyAgent refusing(Vertx vertx, Node node) throws Exception {
    return new PolicyAgent(vertx, node, Future.succeededFuture(false));
  }

  /** Takes calls and never answers one. */
  static PolicyAgent silent(Vertx vertx, Node node) throws Exception {
    return new PolicyAgent(vertx, node, Promise.<Boolean>promise().future());
  }

  /** Returns each call so far, in words. */
  List<String> told() {
    return told;
  }

  @Override
  public void close() throws IOException {
    server.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    Files.deleteIfExists(socket);
  }

  private final class Service extends NPBackendService {
    private final Future<Boolean> answer;

    Service(Future<Boolean> answer) {
      this.answer = answer;
    }

    @Override
    public Future<EnforceNpReply> enforceNpToPod(EnforceNpRequest asked) {
      told.add(
          "enforce %s/%s %s %d"
              .formatted(
                  asked.getK8SPODNAMESPACE(),
                  asked.getK8SPODNAME(),
                  asked.getNETWORKPOLICYMODE(),
                  asked.getInterfaceCount()));
      return answer.map(done -> EnforceNpReply.newBuilder().setSuccess(done).build());
    }

    @Override
    public Future<DeleteNpReply> deletePodNp(DeleteNpRequest asked) {
      told.add("delete %s/%s".formatted(asked.getK8SPODNAMESPACE(), asked.getK8SPODNAME()));
      return answer.map(done -> DeleteNpReply.newBuilder().setSuccess(done).build());
    }
  }
}
