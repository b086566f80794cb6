package io.vpccni.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With processes of other users, so it needs root. */
@Timeout(60)
class GuardedSocketIT {
  private static final int ALLOWED = 12345;
  private static final int OTHER = 12346;
  private SocketScene scene;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(SocketScene.self() == 0, "needs root to become other users");
    scene = new SocketScene();
  }

  @AfterEach
  void close() throws IOException {
    if (scene != null) scene.close();
  }

  @Test
  void onlyTheAllowedUserOfASocketOfFramesIsServed() throws Exception {
    scene.frames(scene.rules(ALLOWED));

    assertThat(connects(OTHER, SocketScene.PING)).isEqualTo("closed");
    assertThat(scene.exchange(SocketScene.PING)).as("not even root").isZero();
    assertThat(scene.handled).hasValue(0);
    assertThat(connects(ALLOWED, SocketScene.PING)).isEqualTo("answered");
  }

  @Test
  void onlyTheAllowedUserOfAnHttpSocketIsServed() throws Exception {
    scene.http(scene.rules(ALLOWED));

    assertThat(connects(OTHER, SocketScene.PREFACE)).isEqualTo("closed");
    assertThat(connects(OTHER, SocketScene.HTTP1)).isEqualTo("closed");
    assertThat(scene.handled).hasValue(0);
    assertThat(connects(ALLOWED, SocketScene.PREFACE)).isEqualTo("answered");
  }

  @Test
  void theModeKeepsOthersOutBeforeThePeerCheck() throws Exception {
    var open = scene.rules(ALLOWED, OTHER);
    scene.frames(SocketRules.of(open.path(), "rw-rw----", open.peers()).withGroup(ALLOWED));

    assertThat(Files.getAttribute(open.path(), "unix:gid")).isEqualTo(ALLOWED);
    assertThat(connects(OTHER, SocketScene.PING)).isEqualTo("denied");
    assertThat(connects(ALLOWED, SocketScene.PING)).isEqualTo("answered");
  }

  @Test
  void aSecondProcessIsRefusedAndAfterAKillTheNextOneTakesOver() throws Exception {
    var path = scene.rules().path();
    var first = listener(path);
    try {
      assertThat(first.inputReader().readLine()).isEqualTo("listening");
      var second = listener(path);
      assertThat(second.inputReader().readLine()).contains("is served by a running process");
      assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(scene.exchange(SocketScene.PING)).as("the first is undisturbed").isPositive();
    } finally {
      first.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    assertThat(path).as("the killed one's").exists();

    scene.frames(scene.rules(SocketScene.self()));
    assertThat(scene.exchange(SocketScene.PING)).isPositive();
  }

  private String connects(int uid, byte[] bytes) throws IOException, InterruptedException {
    return Stranger.connects(uid, scene.folder, scene.rules().path(), bytes);
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
                Listener.class.getName(),
                path.toString()))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
