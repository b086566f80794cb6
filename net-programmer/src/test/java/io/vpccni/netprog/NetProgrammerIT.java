package io.vpccni.netprog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.rpc.wire.cni.DeleteNpReply;
import io.vpccni.rpc.wire.cni.DeleteNpRequest;
import io.vpccni.rpc.wire.cni.EnforceNpReply;
import io.vpccni.rpc.wire.cni.EnforceNpRequest;
import io.vpccni.rpc.wire.cni.NPBackendGrpcService;
import io.vpccni.rpc.wire.cni.NPBackendService;
import io.vpccni.rpc.wire.netprog.DeletePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.InstallConflist;
import io.vpccni.rpc.wire.netprog.ListPods;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The shipped program with exactly the rights it has on a node. */
@ExtendWith(NativeVertxExtension.class)
@Timeout(90)
class NetProgrammerIT {
  private static final String SERVING = "Serving socket=";

  private final Vertx vertx;

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  NetProgrammerIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @BeforeEach
  void node(@TempDir Path folder) throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root to take rights away");
    this.folder = folder;
    Files.createDirectories(folder.resolve("net.d"));
    Files.setAttribute(folder, "unix:gid", 10001);
    Files.setAttribute(folder, "unix:mode", 01775);
  }

  private NetProgrammer start(int peer) throws Exception {
    var started =
        NetProgrammer.start(
            folder,
            Map.of(
                "NETPROG_SOCKET", folder.resolve("net-programmer.sock").toString(),
                "NETPROG_PEER_UID", Integer.toString(peer),
                "NETPROG_POLICY_SOCKET", folder.resolve("npa.sock").toString(),
                "HOST_CNI_CONFDIR_PATH", folder.resolve("net.d").toString()));
    return started;
  }

  private Envelope ask(Envelope.Builder request) throws Exception {
    return Client.ask(vertx, folder.resolve("net-programmer.sock"), request.build());
  }

  /** Runs the probe with the rights that it has in the container, and returns its exit code. */
  private int probe() throws Exception {
    try (var probe =
        NetProgrammer.start(
            folder,
            Map.of("NETPROG_SOCKET", folder.resolve("net-programmer.sock").toString()),
            "probe")) {
      int exit = probe.awaitEnd();
      said = probe.log();
      return exit;
    }
  }

  private String said = "";

  /** The probe allows a minute. */
  @Test
  @Timeout(240)
  void theProbeTellsOneThatAnswersFromOneThatIsStoppedOrGone() throws Exception {
    assertThat(probe()).isEqualTo(1);
    assertThat(said).startsWith("net-programmer does not serve: there is no ");
    try (var running = start(0)) {
      running.awaitLog(SERVING);
      assertThat(probe()).isZero();
      assertThat(said).isEmpty();
      running.signal("STOP");
      while (probe() == 0) MILLISECONDS.sleep(200);
      assertThat(said).matches("net-programmer has not answered for [0-9]+ s\n");
      running.signal("CONT");
      while (probe() != 0) MILLISECONDS.sleep(200);
    }
  }

  @Test
  void itServesWithNoMoreThanItsTwoCapabilities() throws Exception {
    try (var running = start(0)) {
      running.awaitLog(SERVING);

      var netAdminAndSysAdmin = "%016x".formatted(1L << 12 | 1L << 21);
      for (var set : new String[] {"CapEff", "CapPrm", "CapBnd"}) {
        assertThat(running.status(set)).as(set).isEqualTo(netAdminAndSysAdmin);
      }
      assertThat(running.status("CapAmb")).isEqualTo("0000000000000000");
      assertThat(running.status("NoNewPrivs")).isEqualTo("1");
      assertThat(running.status("Groups")).isEmpty();

      var socket = folder.resolve("net-programmer.sock");
      assertThat(Files.getPosixFilePermissions(socket))
          .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
      assertThat(Files.getAttribute(socket, "unix:gid")).isEqualTo(10001);

      assertThat(
              ask(Envelope.newBuilder().setListPods(ListPods.getDefaultInstance())).getBodyCase())
          .isEqualTo(Envelope.BodyCase.PODS_LISTED);
      var text =
          "{\"cniVersion\":\"1.0.0\",\"name\":\"aws-cni\",\"plugins\":[{\"type\":\"aws-cni\"}]}";
      var install = InstallConflist.newBuilder().setContent(ByteString.copyFrom(text, UTF_8));
      assertThat(
              ask(Envelope.newBuilder().setInstallConflist(install))
                  .getConflistInstalled()
                  .getChanged())
          .isTrue();
      assertThat(folder.resolve("net.d/10-aws.conflist")).hasContent(text);
      relaysPolicy();
    }
  }

  /**
   * Relays a policy call with the shipped jars, from which much that gRPC could use is left out.
   */
  private void relaysPolicy() throws Exception {
    var agent =
        new NPBackendService() {
          @Override
          public Future<EnforceNpReply> enforceNpToPod(EnforceNpRequest request) {
            return Future.failedFuture("not asked here");
          }

          @Override
          public Future<DeleteNpReply> deletePodNp(DeleteNpRequest request) {
            return Future.succeededFuture(
                DeleteNpReply.newBuilder()
                    .setSuccess(request.getK8SPODNAME().equals("web"))
                    .build());
          }
        };
    vertx
        .createHttpServer()
        .requestHandler(GrpcServer.server(vertx).addService(NPBackendGrpcService.of(agent)))
        .listen(SocketAddress.domainSocketAddress(folder.resolve("npa.sock").toString()))
        .await(10, SECONDS);
    var delete = DeletePolicy.newBuilder().setPodNamespace("default").setPodName("web");
    assertThat(ask(Envelope.newBuilder().setDeletePolicy(delete)).getPolicyAnswered().getSuccess())
        .isTrue();
  }

  @Test
  void rootItselfIsNotTheAgent() throws Exception {
    try (var running = start(10001);
        var socket = SocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      running.awaitLog(SERVING);
      socket.connect(UnixDomainSocketAddress.of(folder.resolve("net-programmer.sock")));

      int answer;
      try {
        answer = socket.read(ByteBuffer.allocate(1));
      } catch (IOException reset) {
        answer = -1;
      }
      assertThat(answer).isEqualTo(-1);
      running.awaitLog("Connection refused");
    }
  }

  @Test
  void aSecondOneRefusesToStartAndAKilledOneIsReplaced() throws Exception {
    try (var first = start(0)) {
      first.awaitLog(SERVING);
      try (var second = start(0)) {
        assertThat(second.awaitEnd()).isOne();
        assertThat(second.log()).contains("net-programmer.sock is served by a running process");
      }
      assertThat(ask(Envelope.newBuilder()).hasRefused()).as("the first is undisturbed").isTrue();
      first.kill();
    }
    assertThat(folder.resolve("net-programmer.sock")).as("what the killed one left").exists();
    try (var next = start(0)) {
      next.awaitLog(SERVING);
      assertThat(ask(Envelope.newBuilder()).hasRefused()).isTrue();

      next.end();
      next.awaitEnd();
      assertThat(folder.resolve("net-programmer.sock")).doesNotExist();
    }
  }

  @Test
  void aWrongCallIsExplained() throws Exception {
    try (var wrong = NetProgrammer.start(folder, Map.of(), "sevre")) {
      assertThat(wrong.awaitEnd()).isEqualTo(2);
      assertThat(wrong.log()).contains("unknown arguments \"sevre\"").contains("--help");
    }
    try (var relative = NetProgrammer.start(folder, Map.of("NETPROG_SOCKET", "np.sock"))) {
      assertThat(relative.awaitEnd()).isOne();
      assertThat(relative.log()).contains("NETPROG_SOCKET is not an absolute path: \"np.sock\"");
    }
  }
}
