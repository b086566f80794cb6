package io.vpccni.netprog.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.netprog.NativeVertxExtension;
import io.vpccni.netprog.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeVertxExtension.class)
@Timeout(30)
class HeartbeatTest {
  private static final Duration PERIOD = Duration.ofMillis(20);

  private final Vertx vertx;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<Future<Void>> answer =
      new AtomicReference<>(Future.succeededFuture());

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  HeartbeatTest(Vertx vertx) {
    this.vertx = vertx;
  }

  private Path start() throws Exception {
    var file = folder.resolve("np.sock.alive");
    Heartbeat.start(
            vertx,
            () -> {
              asked.incrementAndGet();
              return answer.get();
            },
            file,
            PERIOD)
        .await(10, SECONDS);
    return file;
  }

  private static long beat(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  private static long uptime() throws IOException {
    return Long.parseLong(Files.readString(Path.of("/proc/uptime")).split("\\.", 2)[0]);
  }

  private static void untilUptime(long seconds) throws Exception {
    Wait.until("two seconds have passed", () -> uptime() >= seconds);
  }

  @Test
  void theFileSaysWhenAQuestionWasLastAnswered() throws Exception {
    var file = start();
    long first = beat(file);
    assertThat(first).isBetween(uptime() - 10, uptime());
    Wait.until("the next beat", () -> beat(file) != first);
    assertThat(beat(file)).isGreaterThan(first);
  }

  @Test
  void aQuestionWithoutAnAnswerIsTheLastOneAndNoBeatFollows() throws Exception {
    var file = start();
    Promise<Void> never = Promise.promise();
    answer.set(never.future());
    int before = asked.get();
    Wait.until("the next question", () -> asked.get() != before);
    long last = beat(file);
    int questions = asked.get();
    untilUptime(last + 2);
    assertThat(beat(file)).isEqualTo(last);
    assertThat(asked).hasValue(questions);
    never.complete();
    Wait.until("the next beat", () -> beat(file) != last);
  }

  @Test
  void aRefusedQuestionIsNoBeatAndIsAskedAgain() throws Exception {
    var file = start();
    answer.set(Future.failedFuture("the kernel does not answer"));
    int before = asked.get();
    Wait.until("three more questions", () -> asked.get() >= before + 3);
    long last = beat(file);
    untilUptime(last + 2);
    assertThat(beat(file)).isEqualTo(last);
  }

  @Test
  void aFirstQuestionThatFailsOrHangsDoesNotPreventTheStart() throws Exception {
    answer.set(Future.failedFuture("the kernel does not answer"));
    assertThat(beat(start())).isBetween(uptime() - 10, uptime());
    Promise<Void> never = Promise.promise();
    answer.set(never.future());
    assertThat(beat(start())).isBetween(uptime() - 10, uptime());
  }

  @Test
  void aPlantedFolderIsAnErrorThatSaysWhatToDo() throws Exception {
    var planted = Files.createDirectories(folder.resolve("np.sock.alive/in it"));
    assertThatThrownBy(this::start)
        .hasMessageContaining("np.sock.alive cannot be written")
        .hasMessageContaining("remove what is there");
    assertThat(planted).exists();
    try (var files = Files.list(folder)) {
      assertThat(files).as("no draft is left").hasSize(1);
    }
  }

  @Test
  void aPlantedLinkIsReplacedAndNotFollowed() throws Exception {
    var target = Files.writeString(folder.resolve("precious"), "untouched");
    Files.createSymbolicLink(folder.resolve("np.sock.alive"), target);
    var file = start();
    assertThat(target).hasContent("untouched");
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(beat(file)).isPositive();
  }
}
