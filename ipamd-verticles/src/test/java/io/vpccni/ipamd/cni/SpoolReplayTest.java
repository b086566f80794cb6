package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.RealBus;
import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SpoolReplayTest {
  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final ConcurrentLinkedQueue<String> settled = new ConcurrentLinkedQueue<>();

  private SpoolReplay replay(Function<String, Future<Boolean>> settle) {
    return new SpoolReplay(
        bus.vertx(),
        new Spool(folder, ElapsedClock.system()),
        request -> {
          var id = request.env().getOrDefault("CNI_CONTAINERID", "");
          settled.add(id);
          return settle.apply(id);
        },
        Future::succeededFuture,
        Duration.ofSeconds(20));
  }

  private static Map<String, String> env(String id) {
    return Map.of("CNI_COMMAND", "DEL", "CNI_CONTAINERID", id, "CNI_IFNAME", "eth0");
  }

  private void store(String id) throws IOException {
    var body = new CniRequest("aws-cni", env(id), "{}".getBytes(UTF_8)).encode();
    var frame = new ByteArrayOutputStream();
    frame.writeBytes("VCNI\1".getBytes(UTF_8));
    frame.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
    frame.writeBytes(body);
    Files.write(folder.resolve(Spool.name(env(id))), frame.toByteArray());
  }

  private int files() {
    try (var list = Files.list(folder)) {
      return Math.toIntExact(list.count());
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  private void onLoop(Runnable action) {
    bus.vertx().runOnContext(_ -> action.run());
  }

  private Future<Boolean> before(SpoolReplay replay, String id) {
    Promise<Boolean> free = Promise.promise();
    onLoop(() -> replay.before(env(id)).onComplete(free));
    return free.future();
  }

  @Test
  void anAddWaitsForTheFirstReplayAndWhatIsDoneIsGone() throws IOException {
    store("c1");
    var replay = replay(_ -> Future.succeededFuture(true));
    var add = before(replay, "another");
    onLoop(replay::run);
    assertThat(await(add)).isTrue();
    assertThat(settled).containsExactly("c1");
    assertThat(files()).isZero();
  }

  /**
   * There are as many stored DELs as the executable stores: an address may be free only after the
   * last of them.
   */
  @Test
  void aFullSpoolIsReplayedBeforeTheFirstAdd() throws IOException {
    int full = 4096;
    for (int i = 0; i < full; i++) store("c" + i);
    // Some take a while, as with a kernel behind them.
    var replay =
        replay(
            id ->
                id.endsWith("7")
                    ? bus.vertx().timer(1, TimeUnit.MILLISECONDS).map(true)
                    : Future.succeededFuture(true));
    var began = System.nanoTime();
    var add = before(replay, "another");
    onLoop(replay::run);
    assertThat(await(add)).isTrue();
    assertThat(settled).hasSize(full);
    assertThat(files()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  /** An ADD waits 10 s at most for the others; never for less than its own. */
  @Test
  void anAddThatDoesNotWaitAnyLongerWaitsForTheDeletionOfItsOwnAttachment() throws IOException {
    store("slow");
    store("c1");
    var replay =
        new SpoolReplay(
            bus.vertx(),
            new Spool(folder, ElapsedClock.system()),
            request -> {
              settled.add(request.env().getOrDefault("CNI_CONTAINERID", ""));
              return Promise.<Boolean>promise().future();
            },
            Future::succeededFuture,
            Duration.ofMillis(100));
    onLoop(replay::run);
    until(() -> settled.contains("slow") && settled.contains("c1"));
    assertThat(await(before(replay, "another"))).isTrue();
    var own = before(replay, "c1");
    until(() -> settled.stream().filter("c1"::equals).count() == 2);
    assertThat(own.isComplete()).isFalse();
  }

  @Test
  void laterAnAddIsPrecededByTheDeletionOfItsOwnAttachmentOnly() throws IOException {
    var replay = replay(_ -> Future.succeededFuture(true));
    onLoop(replay::run);
    await(before(replay, "first"));
    store("c1");
    store("c2");
    assertThat(await(before(replay, "c1"))).isTrue();
    assertThat(settled).containsExactly("c1");
    assertThat(files()).isOne();
  }

  @Test
  void anAddWhoseDeletionIsStillToComeMustNotGoOn() throws IOException {
    var replay = replay(_ -> Future.succeededFuture(false));
    onLoop(replay::run);
    await(before(replay, "first"));
    store("c1");
    assertThat(await(before(replay, "c1"))).isFalse();
    assertThat(files()).isOne();
  }

  @Test
  void aDelThatNeedsNoSpoolEndsWhatIsStoredOfItsAttachment() throws IOException {
    var replay = replay(_ -> Future.succeededFuture(true));
    store("c1");
    store("c2");
    onLoop(() -> replay.deleted(env("c1")));
    until(() -> files() == 1);
    assertThat(folder.resolve(Spool.name(env("c2")))).exists();
  }

  @Test
  void deletionsThatAreToComeAgainKeepNoOthersFromTheirTurn() throws IOException {
    for (int i = 0; i < 600; i++) store((i % 2 == 0 ? "stuck" : "free") + i);
    var replay = replay(id -> Future.succeededFuture(id.startsWith("free")));
    // As the tick does: a run that is under way is not doubled.
    until(
        () -> {
          onLoop(replay::run);
          return files() == 300;
        });
    assertThat(List.copyOf(settled)).contains("stuck0", "free599");
  }
}
