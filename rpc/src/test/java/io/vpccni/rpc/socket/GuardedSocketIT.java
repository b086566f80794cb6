package io.vpccni.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connects from processes of other users, which only root can start. */
@ExtendWith(NativeVertxExtension.class)
@Timeout(60)
class GuardedSocketIT {
  private static final int ALLOWED = 12345;
  private static final int OTHER = 12346;
  private SocketFixture fixture;

  @BeforeEach
  void open(Vertx vertx) throws IOException {
    assumeTrue(SocketFixture.self() == 0, "needs root to become other users");
    fixture = new SocketFixture(vertx);
  }

  @AfterEach
  void close() throws IOException {
    if (fixture != null) fixture.close();
  }

  @Test
  void onlyTheAllowedUserOfASocketOfFramesIsServed() throws Exception {
    fixture.frames(fixture.rules(ALLOWED));

    assertThat(connects(OTHER, SocketFixture.PING)).isEqualTo("closed");
    assertThat(fixture.exchange(SocketFixture.PING)).as("not even root").isZero();
    assertThat(fixture.handled).hasValue(0);
    assertThat(connects(ALLOWED, SocketFixture.PING)).isEqualTo("answered");
  }

  @Test
  void onlyTheAllowedUserOfAnHttpSocketIsServed() throws Exception {
    fixture.http(fixture.rules(ALLOWED));

    assertThat(connects(OTHER, SocketFixture.PREFACE)).isEqualTo("closed");
    assertThat(connects(OTHER, SocketFixture.HTTP1)).isEqualTo("closed");
    assertThat(fixture.handled).hasValue(0);
    assertThat(connects(ALLOWED, SocketFixture.PREFACE)).isEqualTo("answered");
  }

  @Test
  void theModeKeepsOthersOutBeforeThePeerCheck() throws Exception {
    var open = fixture.rules(ALLOWED, OTHER);
    fixture.frames(SocketRules.of(open.path(), "rw-rw----", open.peers()).withGroup(ALLOWED));

    assertThat(Files.getAttribute(open.path(), "unix:gid")).isEqualTo(ALLOWED);
    assertThat(connects(OTHER, SocketFixture.PING)).isEqualTo("denied");
    assertThat(connects(ALLOWED, SocketFixture.PING)).isEqualTo("answered");
  }

  @Test
  void aSecondProcessIsRefusedAndAfterAKillTheNextOneTakesOver() throws Exception {
    var path = fixture.rules().path();
    var first = listener(path);
    try {
      assertThat(first.inputReader().readLine()).isEqualTo("listening");
      var second = listener(path);
      assertThat(second.inputReader().readLine()).contains("is served by a running process");
      assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(fixture.exchange(SocketFixture.PING)).as("the first is undisturbed").isPositive();
    } finally {
      first.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    assertThat(path).as("the killed one's").exists();

    fixture.frames(fixture.rules(SocketFixture.self()));
    assertThat(fixture.exchange(SocketFixture.PING)).isPositive();
  }

  private String connects(int uid, byte[] bytes) throws IOException, InterruptedException {
    return OtherUserClient.connects(uid, fixture.folder, fixture.rules().path(), bytes);
  }

  private static Process listener(Path path) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                ListenerProcess.class.getName(),
                path.toString()))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
