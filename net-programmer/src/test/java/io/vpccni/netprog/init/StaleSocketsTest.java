package io.vpccni.netprog.init;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.fixtures.PlantedObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StaleSocketsTest {
  private static final int SOMEBODY_ELSE = 54321;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void aPlantedSignOfLifeIsRemovedAndNotWhatItPointsTo() throws IOException {
    var target = Files.writeString(folder.resolve("precious"), "untouched");
    var alive = Files.createSymbolicLink(folder.resolve("net-programmer.sock.alive"), target);
    new StaleSockets(folder).remove();
    assertThat(Files.isSymbolicLink(alive)).isFalse();
    assertThat(target).hasContent("untouched");
  }

  static List<Arguments> planted() {
    var rows = new ArrayList<Arguments>();
    for (var name : List.of("cni.sock", "ipamd.sock", "net-programmer.sock")) {
      for (var what : PlantedObject.values()) {
        rows.add(Arguments.of(name, what));
        if (what != PlantedObject.FILE) rows.add(Arguments.of(name + ".lock", what));
      }
    }
    for (var what : PlantedObject.values()) {
      rows.add(Arguments.of("net-programmer.sock.alive", what));
    }
    return rows;
  }

  /** The folder is writable for the agent, which may have been compromised. */
  @ParameterizedTest
  @MethodSource("planted")
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsInThePlaceOfAFileOfOursGoesAndIsNotFollowed(String name, PlantedObject what)
      throws Exception {
    var target = Files.writeString(folder.resolve("precious"), "untouched");
    what.plant(folder.resolve(name), target);
    new StaleSockets(folder).remove();
    assertThat(folder.resolve(name)).doesNotExist();
    assertThat(Files.isSymbolicLink(folder.resolve(name))).isFalse();
    assertThat(target).hasContent("untouched");
    if (what == PlantedObject.FULL_FOLDER) {
      assertThat(aside(name))
          .singleElement()
          .satisfies(kept -> assertThat(kept.resolve("in it")).hasContent("x"));
    } else {
      assertThat(aside(name)).isEmpty();
    }
  }

  /** Init would give the other name of the file away, and a process would lock it. */
  @Test
  void aLockFileThatIsAHardLinkGoesAndIsNotGivenAway() throws IOException {
    var target = Files.writeString(folder.resolve("precious"), "untouched");
    var lock = Files.createLink(folder.resolve("cni.sock.lock"), target);
    var before = Files.getAttribute(target, "unix:uid");
    new Ownership(SOMEBODY_ELSE).takeOver(folder, "*.sock.lock", "rw-------");
    assertThat(Files.getAttribute(target, "unix:uid")).isEqualTo(before);
    new StaleSockets(folder).remove();
    assertThat(lock).doesNotExist();
    assertThat(target).hasContent("untouched");
  }

  private List<Path> aside(String name) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(name + ".planted-"))
          .toList();
    }
  }

  /** Whoever plants the folder may also plant what it would be moved to. */
  @Test
  void aFolderIsMovedAsideHoweverManyNamesAreTaken() throws Exception {
    for (int n = 0; n <= 200; n++) {
      Files.createDirectory(folder.resolve("cni.sock.planted-" + n));
    }
    PlantedObject.FULL_FOLDER.plant(folder.resolve("cni.sock"), folder);
    new StaleSockets(folder).remove();
    assertThat(folder.resolve("cni.sock")).doesNotExist();
    assertThat(aside("cni.sock")).hasSize(202);
  }

  /** Two processes that lock different files of one name would both serve. */
  @Test
  void aLockStays() throws IOException {
    var lock = Files.writeString(folder.resolve("cni.sock.lock"), "");
    new StaleSockets(folder).remove();
    assertThat(lock).exists();
  }

  @Test
  void theSignOfLifeOfOneThatServesStaysUntilItHasEnded() throws IOException {
    var socket = folder.resolve("net-programmer.sock");
    var alive = Files.writeString(folder.resolve("net-programmer.sock.alive"), "17");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      new StaleSockets(folder).remove();
      assertThat(socket).exists();
      assertThat(alive).exists();
    }
    new StaleSockets(folder).remove();
    assertThat(socket).doesNotExist();
    assertThat(alive).doesNotExist();
  }
}
