package io.vpccni.ipamd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.fixtures.PlantedObject;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFilesTest {
  private static final CheckpointDates DATES =
      new CheckpointDates(
          new ElapsedClock(InstantSource.fixed(Instant.parse("2026-11-23T20:00:00Z")), () -> 0L),
          Optional.empty());

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private Path file() {
    return folder.resolve("ipam.json");
  }

  private CheckpointFiles files() {
    return new CheckpointFiles(file());
  }

  @Test
  void eachCardHasItsOwnFileWithTheReferencesName() throws IOException {
    files().write(Map.of(0, "zero", 2, "two"));
    assertThat(file()).hasContent("zero");
    assertThat(folder.resolve("ipam-nic-2.json")).hasContent("two");
    assertThat(files().read()).isEqualTo(Map.of(0, "zero", 2, "two"));
  }

  @ParameterizedTest
  @EnumSource(value = PlantedObject.class, names = "FILE", mode = EnumSource.Mode.EXCLUDE)
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsInItsPlaceIsNotOpenedAndCanBeMovedAside(PlantedObject what) throws Exception {
    var precious = Files.writeString(folder.resolve("precious"), "untouched");
    what.plant(file(), precious);
    var files = files();
    assertThat(files.read()).isEmpty();
    assertThat(files.unreadable()).containsEntry(0, "it is not a regular file");
    files.setAside(0, Instant.EPOCH);
    files.write(Map.of(0, "ours"));
    assertThat(Files.isRegularFile(file(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(file()).hasContent("ours");
    assertThat(precious).hasContent("untouched");
  }

  @ParameterizedTest
  @EnumSource(PlantedObject.class)
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsInThePlaceOfItsDraftIsNotFollowedOrWaitedFor(PlantedObject what) throws Exception {
    var precious = Files.writeString(folder.resolve("precious"), "untouched");
    var draft = folder.resolve("ipam.json.tmp");
    what.plant(draft, precious);
    if (what == PlantedObject.FULL_FOLDER) {
      assertThatThrownBy(() -> files().write(Map.of(0, "ours")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(draft.toString());
      return;
    }
    files().write(Map.of(0, "ours"));
    assertThat(file()).hasContent("ours");
    assertThat(precious).hasContent("untouched");
  }

  @Test
  void nobodyElseMayReadIt() throws IOException {
    files().write(Map.of(0, "x"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aWriteLeavesNoDraftBehind() throws IOException {
    var files = files();
    for (int i = 0; i < 3; i++) files.write(Map.of(0, "text " + i));
    try (var entries = Files.list(folder)) {
      assertThat(entries).containsExactly(file());
    }
  }

  @Test
  void anUnchangedTextIsNotWrittenAgain() throws IOException {
    var files = files();
    files.write(Map.of(0, "same"));
    var before = Files.getAttribute(file(), "unix:ino");
    files.write(Map.of(0, "same"));
    assertThat(Files.getAttribute(file(), "unix:ino")).isEqualTo(before);
    files.write(Map.of(0, "other"));
    assertThat(Files.getAttribute(file(), "unix:ino")).isNotEqualTo(before);
  }

  @Test
  void aCardThatIsGoneLosesItsFile() throws IOException {
    var files = files();
    files.write(Map.of(0, "zero", 1, "one"));
    files.write(Map.of(0, "zero"));
    assertThat(folder.resolve("ipam-nic-1.json")).doesNotExist();
  }

  @Test
  void aFailedWriteKeepsTheOldText() throws IOException {
    var files = files();
    files.write(Map.of(0, "old"));
    Files.createDirectory(folder.resolve("ipam-nic-1.json"));
    Files.writeString(folder.resolve("ipam-nic-1.json").resolve("in-the-way"), "x");
    assertThatThrownBy(() -> files.write(Map.of(1, "new", 0, "old")))
        .isInstanceOf(IOException.class);
    assertThat(file()).hasContent("old");
  }

  @Test
  void oneCopyOfAnotherInstancesFilesIsKept() throws IOException {
    files().write(Map.of(0, "zero", 1, "one"));
    var files = files();
    files.read();
    assertThat(files.copyAside(".of-", "i-1")).isEqualTo(folder.resolve("ipam.json.of-i-1"));
    files.write(Map.of(0, "own"));
    assertThat(folder.resolve("ipam.json.of-i-1")).hasContent("zero");
    assertThat(folder.resolve("ipam-nic-1.json.of-i-1")).hasContent("one");
    files.copyAside(".of-", "../i/2");
    assertThat(folder)
        .isDirectoryNotContaining(path -> path.toString().contains("i-1"))
        .isDirectoryContaining(path -> path.endsWith("ipam.json.of-___i_2"));
    assertThat(file()).hasContent("own");
  }

  @Test
  void aFolderThatIsNotThereIsFoundOutAtTheStart() {
    assertThatThrownBy(() -> new CheckpointFiles(folder.resolve("no/ipam.json")).probe())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be written");
  }

  @ParameterizedTest(name = "[{index}]")
  @ValueSource(
      strings = {"", "{", "{\"version\":\"vpc-cni-ipam/9\",\"allocations\":[]}", "\0\0\0\0"})
  void whatCannotBeReadIsKeptAsideAndTheStartGoesOn(String text) throws IOException {
    Files.write(file(), text.getBytes(StandardCharsets.UTF_8));
    var loaded = new FileCheckpoint(files(), DATES).load();
    assertThat(loaded.durable().holdings()).isEmpty();
    assertThat(loaded.unreadable().orElse(""))
        .contains("ipam.json.unreadable-20261123T200000.000Z");
    assertThat(folder.resolve("ipam.json.unreadable-20261123T200000.000Z")).hasContent(text);
    assertThat(file()).doesNotExist();
  }

  @Test
  void aFolderInItsPlaceIsKeptAsideToo() throws IOException {
    Files.createDirectory(file());
    var loaded = new FileCheckpoint(files(), DATES).load();
    assertThat(loaded.unreadable().orElse("")).contains("it is not a regular file");
    assertThat(file()).doesNotExist();
    files().write(Map.of(0, "new"));
    assertThat(file()).hasContent("new");
  }

  @Test
  void aHugeFileDoesNotFillTheHeap() throws IOException {
    try (var file =
        java.nio.channels.FileChannel.open(
            file(),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.wrap(new byte[1]), 1L << 40); // sparse
    }
    var loaded = new FileCheckpoint(files(), DATES).load();
    assertThat(loaded.unreadable().orElse("")).contains("1099511627777 bytes");
  }

  @Test
  void oneCardsDamagedFileCostsTheOtherCardsNothing() throws IOException {
    Files.writeString(
        file(),
        "{\"version\":\"vpc-cni-ipam/1\",\"allocations\":[{\"networkName\":\"n\","
            + "\"containerID\":\"c\",\"ifName\":\"e\",\"ipv4\":\"10.0.0.3\",\"metadata\":{}}]}");
    Files.writeString(folder.resolve("ipam-nic-1.json"), "torn");
    var loaded = new FileCheckpoint(files(), DATES).load();
    assertThat(loaded.durable().holdings()).hasSize(1);
    assertThat(loaded.unreadable().orElse("")).contains("ipam-nic-1.json", "not JSON");
    assertThat(folder.resolve("ipam-nic-1.json")).doesNotExist();
  }

  @Test
  void anAbsentFileIsAFreshNode() throws IOException {
    var loaded = new FileCheckpoint(files(), DATES).load();
    assertThat(loaded.durable()).isEqualTo(Durable.NOTHING);
    assertThat(loaded.unreadable()).isEmpty();
  }
}
