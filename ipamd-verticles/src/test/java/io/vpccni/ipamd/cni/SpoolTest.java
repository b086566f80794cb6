package io.vpccni.ipamd.cni;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private Spool spool;

  @BeforeEach
  void open() {
    spool = new Spool(folder, ElapsedClock.system());
  }

  private static Map<String, String> env(String id) {
    return Map.of("CNI_COMMAND", "DEL", "CNI_CONTAINERID", id, "CNI_IFNAME", "eth0");
  }

  private static byte[] frame(Map<String, String> env) {
    var body = new CniRequest("aws-cni", env, "{}".getBytes(UTF_8)).encode();
    var out = new ByteArrayOutputStream();
    out.writeBytes("VCNI\1".getBytes(UTF_8));
    out.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
    out.writeBytes(body);
    return out.toByteArray();
  }

  private Path store(String id) throws IOException {
    return Files.write(file(id), frame(env(id)));
  }

  private Path file(String id) {
    return folder.resolve(Spool.name(env(id)));
  }

  private List<String> ids() throws IOException {
    return spool.read(Set.of(), 100).stream()
        .map(stored -> stored.request().env().get("CNI_CONTAINERID"))
        .sorted()
        .toList();
  }

  @Test
  void aFileIsNamedAsTheExecutableNamesIt() {
    // printf 'abc\0eth0' | sha256sum; the executable's own test has the same.
    assertThat(Spool.name(env("abc")))
        .isEqualTo("d887cd286879fd4771a74d45321e88d2004947c5e15fb276f79b39f444cad9e5");
  }

  @Test
  void whatIsStoredIsRead() throws IOException {
    store("c1");
    store("c2");
    assertThat(ids()).containsExactly("c1", "c2");
    assertThat(spool.read(Set.of(file("c1")), 100)).hasSize(1);
    assertThat(spool.read(Set.of(), 1)).hasSize(1);
    assertThat(spool.find(env("c2"))).isPresent();
    assertThat(spool.find(env("c3"))).isEmpty();
  }

  @Test
  void aFolderThatIsNotThereHoldsNothing() throws IOException {
    assertThat(new Spool(folder.resolve("missing"), ElapsedClock.system()).read(Set.of(), 10))
        .isEmpty();
  }

  @Test
  void whatIsDoneIsRemovedUnlessAnotherOneHasTakenItsPlace() throws IOException {
    store("c1");
    var first = spool.find(env("c1")).orElseThrow();
    var draft = Files.write(folder.resolve(".draft"), frame(env("c1")));
    Files.move(draft, file("c1"), StandardCopyOption.ATOMIC_MOVE);
    spool.done(first);
    assertThat(file("c1")).exists();
    spool.done(spool.find(env("c1")).orElseThrow());
    assertThat(file("c1")).doesNotExist();
    spool.done(first);
  }

  @Test
  void aHalfWrittenFileIsNoDeletion() throws IOException {
    for (int length : new int[] {0, 1, 8, 9, 40, frame(env("c1")).length - 1}) {
      Files.write(file("c1"), Arrays.copyOf(frame(env("c1")), length));
      assertThat(ids()).as("%d bytes", length).isEmpty();
      assertThat(file("c1")).doesNotExist();
    }
    Files.write(file("c1"), Arrays.copyOf(frame(env("c1")), frame(env("c1")).length + 1));
    assertThat(ids()).as("a byte too many").isEmpty();
  }

  @Test
  void aNameThatDoesNotFitItsContentIsNoDeletion() throws IOException {
    Files.write(file("c2"), frame(env("c1")));
    Files.write(folder.resolve("readme.txt"), frame(env("c1")));
    Files.write(folder.resolve("f".repeat(64)), frame(env("c1")));
    assertThat(ids()).isEmpty();
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anotherCallThanADelIsNoDeletion() throws IOException {
    var add = Map.of("CNI_COMMAND", "ADD", "CNI_CONTAINERID", "c1", "CNI_IFNAME", "eth0");
    Files.write(file("c1"), frame(add));
    assertThat(ids()).isEmpty();
  }

  @Test
  void aFileLargerThanAFrameIsNotRead() throws IOException {
    try (var sparse =
        Files.newByteChannel(file("c1"), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      sparse.position(1L << 40).write(ByteBuffer.wrap(new byte[1]));
    }
    assertThat(ids()).isEmpty();
    assertThat(Framing.CNI.maxBody()).isLessThan(1 << 24);
  }

  @Test
  void aLinkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
    var target = Files.write(elsewhere.resolve("target"), frame(env("c1")));
    Files.createSymbolicLink(file("c1"), target);
    assertThat(ids()).isEmpty();
    assertThat(spool.find(env("c1"))).isEmpty();
    assertThat(target).exists();
    Files.createSymbolicLink(elsewhere.resolve("spool"), folder);
    store("c1");
    assertThat(new Spool(elsewhere.resolve("spool"), ElapsedClock.system()).read(Set.of(), 10))
        .isEmpty();
  }

  @Test
  void oneThatCannotBeUsedKeepsNoOtherFromItsTurn() throws IOException {
    var stubborn = Files.createDirectory(file("c1"));
    Files.write(stubborn.resolve("inside"), new byte[1]);
    store("c2");
    for (int i = 0; i < 2; i++) assertThat(ids()).containsExactly("c2");
    assertThat(stubborn).exists();
  }

  @Test
  void anUnreadableFileKeepsNoOtherFromItsTurn() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root reads everything");
    Files.setPosixFilePermissions(store("c1"), Set.of());
    store("c2");
    assertThat(ids()).containsExactly("c2");
  }

  @Test
  void draftsOfKilledExecutablesGoAfterAMinuteAndFreshOnesStay() throws IOException {
    var nanos = new AtomicLong();
    var spool = new Spool(folder, new ElapsedClock(() -> Instant.EPOCH, nanos::get));
    var old = Files.write(folder.resolve(".00000000000000aa"), new byte[3]);
    assertThat(spool.read(Set.of(), 100)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    var fresh = Files.write(folder.resolve(".00000000000000bb"), frame(env("c1")));
    assertThat(spool.read(Set.of(), 100)).isEmpty();
    assertThat(old).exists();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(spool.read(Set.of(), 100)).isEmpty();
    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  /** The date of a file says nothing of its age once somebody has set the wall clock. */
  @Test
  void aDraftWhoseDateIsHoursAgoIsNotRemovedWhileItIsWritten() throws IOException {
    var draft = Files.write(folder.resolve(".00000000000000aa"), new byte[3]);
    Files.setLastModifiedTime(draft, FileTime.from(Instant.now().minus(Duration.ofHours(5))));
    assertThat(ids()).isEmpty();
    assertThat(draft).exists();
  }
}
