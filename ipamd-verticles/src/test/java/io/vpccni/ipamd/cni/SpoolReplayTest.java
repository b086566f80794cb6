package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.cni.Calls.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.RealBus;
import io.vpccni.rpc.frame.CniRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
        new Spool(folder),
        request -> {
          var id = request.env().getOrDefault("CNI_CONTAINERID", "");
          settled.add(id);
          return settle.apply(id);
        },
        Future::succeededFuture);
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

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) throw new AssertionError("did not happen within 10 s");
      Thread.onSpinWait();
    }
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
