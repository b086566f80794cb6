package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The probe that users' charts name asks the real agent; its exit codes are the reference's. */
@ExtendWith(TestbedExtension.class)
class HealthProbeIT {
  private static final String PROBE =
      Path.of("../../cni-binary/target/dist/probe/grpc-health-probe").toAbsolutePath().toString();

  private record Probed(int exitCode, String output) {}

  @Test
  void aServingAgentIsHealthy(Testbed testbed) throws Exception {
    var addr = "-addr=unix://" + socket(testbed);
    // A test before this one may have restarted the agent.
    Wait.until(
        "the agent is ready",
        Duration.ofSeconds(30),
        () -> probe(addr, "-service=ready", "-rpc-timeout=20s").exitCode() == 0);
    assertThat(probe(addr, "-connect-timeout=20s", "-rpc-timeout=20s"))
        .isEqualTo(new Probed(0, ""));
    assertThat(probe(addr, "--service", "grpc.health.v1.aws-node", "--rpc-timeout", "1m30s"))
        .isEqualTo(new Probed(0, ""));
    assertThat(probe(addr, "-v", "-rpc-timeout=20s").output()).isEqualTo("status: SERVING\n");
  }

  @Test
  void anUnknownServiceFailsTheCall(Testbed testbed) throws Exception {
    var probed =
        probe("-addr=unix://" + socket(testbed), "-service=nobody-knows-it", "-rpc-timeout=20s");
    assertThat(probed.exitCode()).isEqualTo(3);
    assertThat(probed.output()).contains("nobody-knows-it");
  }

  @Test
  void aPortIsAskedLikeASocket(Testbed testbed) throws Exception {
    var vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    try {
      var server = await(relay(vertx, socket(testbed)));
      var port = server.actualPort();
      assertThat(probe("-addr=:" + port, "-connect-timeout=20s", "-rpc-timeout=20s").exitCode())
          .isZero();
      assertThat(probe("-addr", "127.0.0.1:" + port, "-rpc-timeout", "20s").exitCode()).isZero();
    } finally {
      await(vertx.close());
    }
  }

  /** Serves the socket on a port of the loopback interface. */
  private static Future<NetServer> relay(Vertx vertx, String socket) {
    var client = vertx.createNetClient();
    return vertx
        .createNetServer()
        .connectHandler(
            incoming -> {
              incoming.pause();
              client
                  .connect(SocketAddress.domainSocketAddress(socket))
                  .onSuccess(
                      outgoing -> {
                        var unused = incoming.pipeTo(outgoing);
                        var back = outgoing.pipeTo(incoming);
                      })
                  .onFailure(_ -> incoming.close());
            })
        .listen(0, "127.0.0.1");
  }

  /** A listener that never answers, for one call only. */
  @Test
  void aServerThatSaysNothingIsNotWaitedForTooLong() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var probed = probe("-addr=127.0.0.1:" + silent.getLocalPort(), "-rpc-timeout=200ms");
      assertThat(probed.exitCode()).isEqualTo(3);
      assertThat(probed.output()).contains("no answer in time");
    }
  }

  @Test
  void nobodyThere() throws Exception {
    var probed = probe("-addr=unix:///nonexistent/socket", "-connect-timeout=100ms");
    assertThat(probed.exitCode()).isEqualTo(2);
    assertThat(probed.output()).contains("No such file or directory");
  }

  @Test
  void wrongOptionsAreNamed() throws Exception {
    assertThat(probe()).isEqualTo(new Probed(1, "grpc-health-probe: -addr is required\n"));
    assertThat(probe("-addr=:1", "-connect-timeout=0s").exitCode()).isEqualTo(1);
    assertThat(probe("-addr=:1", "-rpc-timeout=soon").exitCode()).isEqualTo(2);
    assertThat(probe("-addr=:1", "-tls").output()).contains("\"-tls\"");
    assertThat(probe("-help").exitCode()).isZero();
  }

  private static String socket(Testbed testbed) {
    return testbed.nodes().getFirst().namespaces().file("/run/aws-node/ipamd.sock").toString();
  }

  private static Probed probe(String... options) throws IOException {
    var command = new ArrayList<>(List.of(PROBE));
    command.addAll(List.of(options));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
    return new Probed(process.exitValue(), output);
  }
}
