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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeVertxExtension.class)
@Timeout(30)
class GuardedSocketTest {
  private static final int SOMEBODY_ELSE = 54321;
  private SocketFixture fixture;

  @BeforeEach
  void open(Vertx vertx) throws IOException {
    fixture = new SocketFixture(vertx);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void aKnownPeerIsServed() throws IOException {
    fixture.frames(fixture.rules(SocketFixture.self()));

    assertThat(fixture.exchange(SocketFixture.PING)).isEqualTo(SocketFixture.PING.length);
  }

  /** Whoever could open the lock file could lock it, and keep the next process from serving. */
  @Test
  void nobodyElseMayOpenTheLockFile() throws IOException {
    fixture.frames(fixture.rules(SocketFixture.self()));
    assertThat(Files.getPosixFilePermissions(fixture.folder.resolve("test.sock.lock")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aKnownPeerIsServedOverHttp2() {
    var rules = fixture.rules(SocketFixture.self());
    fixture.http(rules);
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    var client = fixture.vertx.createHttpClient(options);

    for (int i = 0; i < 2; i++) {
      var request =
          new RequestOptions()
              .setServer(SocketAddress.domainSocketAddress(rules.path().toString()))
              .setHost("localhost")
              .setMethod(HttpMethod.POST)
              .setURI("/x");
      var answer = client.request(request).compose(r -> r.send()).compose(HttpClientResponse::body);
      assertThat(SocketFixture.await(answer)).hasToString("two");
    }
  }

  @Test
  void anUnknownUserIsClosedBeforeAnythingIsHandled() throws IOException {
    fixture.frames(fixture.rules(SOMEBODY_ELSE));

    assertThat(fixture.exchange(SocketFixture.PING)).isZero();
    assertThat(fixture.handled).hasValue(0);
  }

  @Test
  void anUnknownUserIsClosedBeforeAnythingIsHandledOverHttp() throws IOException {
    fixture.http(fixture.rules(SOMEBODY_ELSE));

    assertThat(fixture.exchange(SocketFixture.PREFACE)).isZero();
    assertThat(fixture.exchange(SocketFixture.HTTP1)).isZero();
    assertThat(fixture.handled).hasValue(0);
  }

  @Test
  void http1IsClosedAtItsFirstBytes() throws IOException {
    fixture.http(fixture.rules(SocketFixture.self()));

    assertThat(fixture.exchange(SocketFixture.HTTP1)).isZero();
    assertThat(fixture.handled).hasValue(0);
    assertThat(fixture.exchange(SocketFixture.PREFACE)).isPositive();
  }

  @Test
  void whoSaysNothingIsClosedAtTheDeadline() throws IOException {
    var rules =
        SocketFixture.withFirstMessage(fixture.rules(SocketFixture.self()), Duration.ofMillis(150));
    var socket = fixture.frames(rules);
    closesAtTheDeadline(new byte[0]);
    closesAtTheDeadline(Arrays.copyOf(SocketFixture.PING, 6));
    SocketFixture.await(socket.close());

    fixture.http(rules);
    closesAtTheDeadline(new byte[0]);
    closesAtTheDeadline(Arrays.copyOf(SocketFixture.PREFACE, 20));
  }

  private void closesAtTheDeadline(byte[] bytes) throws IOException {
    long start = System.nanoTime();
    assertThat(fixture.exchange(bytes)).isZero();
    assertThat(SocketFixture.since(start)).isBetween(Duration.ofMillis(140), Duration.ofSeconds(5));
  }

  @Test
  void afterItsFirstFrameAConnectionMayIdle() throws Exception {
    var rules =
        SocketFixture.withFirstMessage(fixture.rules(SocketFixture.self()), Duration.ofMillis(100));
    fixture.frames(rules);
    try (var kept = SocketChannel.open(UnixDomainSocketAddress.of(rules.path()))) {
      kept.write(ByteBuffer.wrap(SocketFixture.PING));
      // The silent one connects later, so when it has been closed, the kept one's deadline is over
      // too.
      assertThat(fixture.exchange(new byte[0])).isZero();
      kept.write(ByteBuffer.wrap(SocketFixture.PING));

      var answers = ByteBuffer.allocate(2 * SocketFixture.PING.length);
      while (answers.hasRemaining() && kept.read(answers) > 0) {}
      assertThat(answers.hasRemaining()).isFalse();
    }
  }

  @Test
  void aFrameAboveTheCapIsRefusedBeforeItIsRead() throws IOException {
    fixture.frames(fixture.rules(SocketFixture.self()));
    var header = ByteBuffer.allocate(4).putInt(Framing.ENVELOPE.maxBody() + 1).array();

    long start = System.nanoTime();
    assertThat(fixture.exchange(header)).isZero();
    assertThat(SocketFixture.since(start)).isLessThan(Duration.ofMillis(1500));
  }

  @Test
  void moreConnectionsThanAllowedAreClosedAndTheOthersGoOn() throws IOException {
    var rules = SocketFixture.withMaxConnections(fixture.rules(SocketFixture.self()), 1);
    fixture.frames(rules);
    try (var first = SocketChannel.open(UnixDomainSocketAddress.of(rules.path()))) {
      first.write(ByteBuffer.wrap(SocketFixture.PING));
      first.read(ByteBuffer.allocate(SocketFixture.PING.length));

      assertThat(fixture.exchange(SocketFixture.PING)).isZero();
      assertThat(first.write(ByteBuffer.wrap(SocketFixture.PING))).isPositive();
      assertThat(first.read(ByteBuffer.allocate(1))).isOne();
    }
  }

  @Test
  void theFileHasItsModeAndNothingElseIsLeftBeside() throws IOException {
    var rules =
        SocketRules.of(
            fixture.folder.resolve("test.sock"), "rw-rw----", Set.of(SocketFixture.self()));
    var socket = fixture.frames(rules);

    assertThat(Files.getPosixFilePermissions(rules.path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    assertThat(names()).containsExactlyInAnyOrder("test.sock", "test.sock.lock");

    SocketFixture.await(socket.close());
    assertThat(names()).containsExactly("test.sock.lock");
  }

  @Test
  void aStaleSocketAndTheLeftoversOfACrashAreTakenOver() throws IOException {
    var rules = fixture.rules(SocketFixture.self());
    try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(rules.path()));
    }
    Files.createFile(Files.createDirectory(fixture.folder.resolve(".test.sock.123")).resolve("s"));

    fixture.frames(rules);

    assertThat(fixture.exchange(SocketFixture.PING)).isPositive();
    assertThat(names()).containsExactlyInAnyOrder("test.sock", "test.sock.lock");
  }

  @Test
  void aSecondListenerIsRefusedAndTheFirstUndisturbed() throws IOException {
    var rules = fixture.rules(SocketFixture.self());
    var first = fixture.frames(rules);

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(SocketUnavailable.class)
          .isThrownBy(() -> fixture.frames(rules))
          .withMessageContaining("test.sock is served by a running process")
          .withMessageContaining("stop that one first");
    }
    assertThat(fixture.exchange(SocketFixture.PING)).isPositive();

    SocketFixture.await(first.close());
    fixture.frames(rules);
    assertThat(fixture.exchange(SocketFixture.PING)).isPositive();
  }

  @Test
  void aFailedStartGivesTheLockBack() {
    var rules = fixture.rules(SocketFixture.self());
    var busy = fixture.vertx.createNetServer(); // without a connect handler it cannot listen

    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> SocketFixture.await(GuardedSocket.listen(fixture.vertx, rules, busy)))
        .withMessageContaining("cannot listen on");
    fixture.frames(rules);
  }

  @Test
  void aLockThatIsALinkLeadsNowhere() throws IOException {
    var victim = Files.createFile(fixture.folder.resolve("victim"));
    Files.createSymbolicLink(fixture.folder.resolve("test.sock.lock"), victim);

    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> fixture.frames(fixture.rules(SocketFixture.self())))
        .withMessageContaining("cannot lock");
  }

  /** Opening a fifo for writing waits for a reader, and the daemon would never serve. */
  @Test
  void whatIsInThePlaceOfTheLockIsNotWaitedFor() throws Exception {
    var lock = fixture.folder.resolve("test.sock.lock");
    var made = new ProcessBuilder("mkfifo", lock.toString()).inheritIO().start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> fixture.frames(fixture.rules(SocketFixture.self())))
        .withMessageContaining(lock + ": it is not a regular file; remove it");
    Files.delete(lock);
    Files.createDirectory(lock);
    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> fixture.frames(fixture.rules(SocketFixture.self())))
        .withMessageContaining(lock + ": it is not a regular file; remove it");
  }

  @Test
  void aFolderInThePlaceOfTheSocketIsNamed() throws IOException {
    var planted = Files.createDirectory(fixture.folder.resolve("test.sock"));
    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> fixture.frames(fixture.rules(SocketFixture.self())))
        .withMessageContaining("cannot listen on " + planted)
        .withMessageContaining("remove what is there");
  }

  @Test
  void aMissingFolderIsNamed() {
    var rules = SocketRules.of(Path.of("/nonexistent/test.sock"), "rw-------", Set.of(0));

    assertThatExceptionOfType(SocketUnavailable.class)
        .isThrownBy(() -> fixture.frames(rules))
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
                  SocketFixture.await(
                      GuardedSocket.listen(plain, fixture.rules(SocketFixture.self()), server)))
          .withMessageContaining("NativeVertx.create");
    } finally {
      SocketFixture.await(plain.close());
    }
  }

  private Set<String> names() throws IOException {
    try (var files = Files.list(fixture.folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
