package io.vpccni.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vpccni.rpc.frame.Framing;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GuardedSocketTest {
  private static final int SOMEBODY_ELSE = 54321;
  private SocketScene scene;

  @BeforeEach
  void open() throws IOException {
    scene = new SocketScene();
  }

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void aKnownPeerIsServed() throws IOException {
    scene.frames(scene.rules(SocketScene.self()));

    assertThat(scene.exchange(SocketScene.PING)).isEqualTo(SocketScene.PING.length);
  }

  @Test
  void aKnownPeerIsServedOverHttp2() {
    var rules = scene.rules(SocketScene.self());
    scene.http(rules);
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    var client = scene.vertx.createHttpClient(options);

    for (int i = 0; i < 2; i++) {
      var request =
          new RequestOptions()
              .setServer(SocketAddress.domainSocketAddress(rules.path().toString()))
              .setHost("localhost")
              .setMethod(HttpMethod.POST)
              .setURI("/x");
      var answer = client.request(request).compose(r -> r.send()).compose(HttpClientResponse::body);
      assertThat(SocketScene.await(answer)).hasToString("two");
    }
  }

  @Test
  void anUnknownUserIsClosedBeforeAnythingIsHandled() throws IOException {
    scene.frames(scene.rules(SOMEBODY_ELSE));

    assertThat(scene.exchange(SocketScene.PING)).isZero();
    assertThat(scene.handled).hasValue(0);
  }

  @Test
  void anUnknownUserIsClosedBeforeAnythingIsHandledOverHttp() throws IOException {
    scene.http(scene.rules(SOMEBODY_ELSE));

    assertThat(scene.exchange(SocketScene.PREFACE)).isZero();
    assertThat(scene.exchange(SocketScene.HTTP1)).isZero();
    assertThat(scene.handled).hasValue(0);
  }

  @Test
  void http1IsClosedAtItsFirstBytes() throws IOException {
    scene.http(scene.rules(SocketScene.self()));

    assertThat(scene.exchange(SocketScene.HTTP1)).isZero();
    assertThat(scene.handled).hasValue(0);
    assertThat(scene.exchange(SocketScene.PREFACE)).isPositive();
  }

  @Test
  void whoSaysNothingIsClosedAtTheDeadline() throws IOException {
    var rules = scene.rules(SocketScene.self()).withFirstMessage(Duration.ofMillis(150));
    var socket = scene.frames(rules);
    closesAtTheDeadline(new byte[0]);
    closesAtTheDeadline(Arrays.copyOf(SocketScene.PING, 6));
    SocketScene.await(socket.close());

    scene.http(rules);
    closesAtTheDeadline(new byte[0]);
    closesAtTheDeadline(Arrays.copyOf(SocketScene.PREFACE, 20));
  }

  private void closesAtTheDeadline(byte[] bytes) throws IOException {
    long start = System.nanoTime();
    assertThat(scene.exchange(bytes)).isZero();
    assertThat(SocketScene.since(start)).isBetween(Duration.ofMillis(140), Duration.ofSeconds(5));
  }

  @Test
  void afterItsFirstFrameAConnectionMayIdle() throws Exception {
    var rules = scene.rules(SocketScene.self()).withFirstMessage(Duration.ofMillis(100));
    scene.frames(rules);
    try (var kept = SocketChannel.open(UnixDomainSocketAddress.of(rules.path()))) {
      kept.write(ByteBuffer.wrap(SocketScene.PING));
      // The silent one connects later, so when it has been closed, the kept one's deadline is over
      // too.
      assertThat(scene.exchange(new byte[0])).isZero();
      kept.write(ByteBuffer.wrap(SocketScene.PING));

      var answers = ByteBuffer.allocate(2 * SocketScene.PING.length);
      while (answers.hasRemaining() && kept.read(answers) > 0) {}
      assertThat(answers.hasRemaining()).isFalse();
    }
  }

  @Test
  void aFrameAboveTheCapIsRefusedBeforeItIsRead() throws IOException {
    scene.frames(scene.rules(SocketScene.self()));
    var header = ByteBuffer.allocate(4).putInt(Framing.ENVELOPE.maxBody() + 1).array();

    long start = System.nanoTime();
    assertThat(scene.exchange(header)).isZero();
    assertThat(SocketScene.since(start)).isLessThan(Duration.ofMillis(1500));
  }

  @Test
  void moreConnectionsThanAllowedAreClosedAndTheOthersGoOn() throws IOException {
    var rules = scene.rules(SocketScene.self()).withMaxConnections(1);
    scene.frames(rules);
    try (var first = SocketChannel.open(UnixDomainSocketAddress.of(rules.path()))) {
      first.write(ByteBuffer.wrap(SocketScene.PING));
      first.read(ByteBuffer.allocate(SocketScene.PING.length));

      assertThat(scene.exchange(SocketScene.PING)).isZero();
      assertThat(first.write(ByteBuffer.wrap(SocketScene.PING))).isPositive();
      assertThat(first.read(ByteBuffer.allocate(1))).isOne();
    }
  }

  @Test
  void theFileHasItsModeAndNothingElseIsLeftBeside() throws IOException {
    var rules =
        SocketRules.of(scene.folder.resolve("test.sock"), "rw-rw----", Set.of(SocketScene.self()));
    var socket = scene.frames(rules);

    assertThat(Files.getPosixFilePermissions(rules.path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    assertThat(names()).containsExactlyInAnyOrder("test.sock", "test.sock.lock");

    SocketScene.await(socket.close());
    assertThat(names()).containsExactly("test.sock.lock");
  }

  @Test
  void aStaleSocketAndTheLeftoversOfACrashAreTakenOver() throws IOException {
    var rules = scene.rules(SocketScene.self());
    try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(rules.path()));
    }
    Files.createFile(Files.createDirectory(scene.folder.resolve(".test.sock.123")).resolve("s"));

    scene.frames(rules);

    assertThat(scene.exchange(SocketScene.PING)).isPositive();
    assertThat(names()).containsExactlyInAnyOrder("test.sock", "test.sock.lock");
  }

  @Test
  void aSecondListenerIsRefusedAndTheFirstUndisturbed() throws IOException {
    var rules = scene.rules(SocketScene.self());
    var first = scene.frames(rules);

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(SocketUnavailable.class)
          .isThrownBy(() -> scene.frames(rules))
          .withMessageContaining("test.sock is served by a running process")
          .withMessageContaining("stop that one first");
    }
    assertThat(scene.exchange(SocketScene.PING)).isPositive();

    SocketScene.await(first.close());
    scene.frames(rules);
    assertThat(scene.exchange(SocketScene.PING)).isPositive();
  }

  @Test
  void aFailedStartGivesTheLockBack() {
    var rules = scene.rules(SocketScene.self());
    var busy = scene.vertx.createNetServer(); // without a connect handler it cannot listen

    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> SocketScene.await(GuardedSocket.listen(scene.vertx, rules, busy)))
        .withMessageContaining("cannot listen on");
    scene.frames(rules);
  }

  @Test
  void aLockThatIsALinkLeadsNowhere() throws IOException {
    var victim = Files.createFile(scene.folder.resolve("victim"));
    Files.createSymbolicLink(scene.folder.resolve("test.sock.lock"), victim);

    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> scene.frames(scene.rules(SocketScene.self())))
        .withMessageContaining("cannot lock");
  }

  @Test
  void aMissingFolderIsNamed() {
    var rules = SocketRules.of(Path.of("/nonexistent/test.sock"), "rw-------", Set.of(0));

    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> scene.frames(rules))
        .withMessageContaining("/nonexistent/test.sock.lock")
        .withMessageContaining("the folder must exist");
  }

  @Test
  void aVertxWithoutTheGuardedTransportIsRefused() {
    var plain = Vertx.vertx();
    try {
      var server = plain.createNetServer().connectHandler(_ -> {});
      assertThatExceptionOfType(SocketUnavailable.class)
          .isThrownBy(
              () ->
                  SocketScene.await(
                      GuardedSocket.listen(plain, scene.rules(SocketScene.self()), server)))
          .withMessageContaining("NativeVertx.create");
    } finally {
      SocketScene.await(plain.close());
    }
  }

  private Set<String> names() throws IOException {
    try (var files = Files.list(scene.folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
