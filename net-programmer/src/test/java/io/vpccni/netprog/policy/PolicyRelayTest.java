package io.vpccni.netprog.policy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.netprog.NativeVertxExtension;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.wire.cni.DeleteNpReply;
import io.vpccni.rpc.wire.cni.DeleteNpRequest;
import io.vpccni.rpc.wire.cni.EnforceNpReply;
import io.vpccni.rpc.wire.cni.EnforceNpRequest;
import io.vpccni.rpc.wire.cni.NPBackendGrpcService;
import io.vpccni.rpc.wire.cni.NPBackendService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the relay against a real gRPC server on a Unix socket. */
@ExtendWith(NativeVertxExtension.class)
@Timeout(30)
class PolicyRelayTest {
  @SuppressWarnings("NullAway") // set by JUnit before anything reads it
  @TempDir
  Path folder;

  private final Vertx vertx;

  /** Servers of one Vert.x would share a path, which those of two do not. */
  private final Vertx other;

  private final List<String> calls = new ArrayList<>();

  PolicyRelayTest(Vertx vertx, Vertx other) {
    this.vertx = vertx;
    this.other = other;
  }

  private Path socket() {
    return folder.resolve("npa.sock");
  }

  private void agentAnswers(Future<Boolean> success) throws TimeoutException {
    var agent =
        new NPBackendService() {
          @Override
          public Future<EnforceNpReply> enforceNpToPod(EnforceNpRequest request) {
            calls.add(
                "enforce %s/%s %s %d"
                    .formatted(
                        request.getK8SPODNAMESPACE(),
                        request.getK8SPODNAME(),
                        request.getNETWORKPOLICYMODE(),
                        request.getInterfaceCount()));
            return success.map(done -> EnforceNpReply.newBuilder().setSuccess(done).build());
          }

          @Override
          public Future<DeleteNpReply> deletePodNp(DeleteNpRequest request) {
            calls.add(
                "delete %s/%s".formatted(request.getK8SPODNAMESPACE(), request.getK8SPODNAME()));
            return success.map(done -> DeleteNpReply.newBuilder().setSuccess(done).build());
          }
        };
    var server = GrpcServer.server(vertx).addService(NPBackendGrpcService.of(agent));
    vertx
        .createHttpServer()
        .requestHandler(server)
        .listen(SocketAddress.domainSocketAddress(socket().toString()))
        .await(10, SECONDS);
  }

  @Test
  void bothCallsReachTheAgentWithTheirFields() throws TimeoutException {
    agentAnswers(Future.succeededFuture(true));
    var relay = new PolicyRelay(vertx, socket());

    assertThat(relay.enforce("default", "web", "strict", 2).await(10, SECONDS)).isTrue();
    assertThat(relay.delete("default", "web").await(10, SECONDS)).isTrue();
    assertThat(calls).containsExactly("enforce default/web strict 2", "delete default/web");
  }

  @Test
  void whatTheAgentDeniesIsAnAnswer() throws TimeoutException {
    agentAnswers(Future.succeededFuture(false));

    assertThat(
            new PolicyRelay(vertx, socket())
                .enforce("default", "web", "strict", 1)
                .await(10, SECONDS))
        .isFalse();
  }

  @Test
  void anAgentThatDoesNotAnswerIsGivenUpOn() throws TimeoutException {
    agentAnswers(Promise.<Boolean>promise().future());
    var relay = new PolicyRelay(vertx, socket(), Duration.ofSeconds(2), Duration.ofMillis(100));

    refuses(relay.enforce("default", "web", "strict", 1), "no answer within 0.1 s");
  }

  /** Listens where the agent should. */
  private NetServer listens(Handler<NetSocket> manner) throws TimeoutException {
    return other
        .createNetServer()
        .connectHandler(manner)
        .listen(SocketAddress.domainSocketAddress(socket().toString()))
        .await(10, SECONDS);
  }

  @Test
  void anAgentThatNeverSpeaksHttp2IsGivenUpOnAndKeepsNobodyFromTheNext() throws Exception {
    listens(_ -> {});
    var relay = new PolicyRelay(vertx, socket(), Duration.ofSeconds(2), Duration.ofSeconds(2));
    refuses(relay.enforce("default", "web", "strict", 1), "no answer within 2.0 s");

    // Its connections are still open.
    Files.delete(socket());
    agentAnswers(Future.succeededFuture(true));
    assertThat(relay.enforce("default", "web", "strict", 1).await(10, SECONDS)).isTrue();
  }

  @Test
  void anAgentThatDiesInTheMiddleOfACallIsTold() throws TimeoutException {
    listens(connection -> connection.handler(_ -> connection.close()));
    long start = System.nanoTime();
    refuses(new PolicyRelay(vertx, socket()).enforce("default", "web", "strict", 1), "closed");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void whatIsNoHttp2IsNoAnswer() throws TimeoutException {
    listens(connection -> connection.handler(_ -> connection.write("HTTP/1.1 400 Bad\r\n\r\n")));
    var relay = new PolicyRelay(vertx, socket(), Duration.ofSeconds(2), Duration.ofMillis(300));
    refuses(relay.enforce("default", "web", "strict", 1), "");
  }

  @Test
  void aCallThatHangsDelaysNoOther() throws TimeoutException {
    agentAnswers(Promise.<Boolean>promise().future());
    var relay = new PolicyRelay(vertx, socket(), Duration.ofSeconds(2), Duration.ofSeconds(4));
    var calls =
        IntStream.range(0, 150)
            .mapToObj(i -> relay.enforce("default", "w" + i, "none", 1))
            .toList();
    refuses(Future.all(calls).map(true), "no answer within 4.0 s");
    assertThat(this.calls).as("all have reached the agent").hasSize(150);
  }

  @Test
  void anAgentThatIsAbsentOrComesLaterIsToldApart() throws TimeoutException {
    var relay = new PolicyRelay(vertx, socket());
    refuses(relay.delete("default", "web"), "FileNotFound");

    agentAnswers(Future.succeededFuture(true));
    assertThat(relay.delete("default", "web").await(10, SECONDS)).isTrue();
  }

  private void refuses(Future<Boolean> call, String why) {
    assertThatThrownBy(() -> call.await(10, SECONDS))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.FAILED))
        .hasMessageContaining("the network policy agent did not answer on " + socket())
        .hasMessageContaining(why);
  }
}
