package io.vpccni.netprog.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleSocketsTest {
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
