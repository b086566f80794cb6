package io.vpccni.netprog.init;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes sockets whose process has ended, and the file that stands for the life of net-programmer.
 * A predecessor's sockets belong to root, and in a sticky folder the agent could not replace them;
 * neither could net-programmer replace what somebody else put in the place of a file of its own.
 *
 * <p>The folder is writable for the agent, so that anything may be in the place of these files.
 * What is not of the right kind is nobody's socket or lock: it is neither opened nor followed.
 *
 * @param folder the folder of our sockets
 */
record StaleSockets(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(StaleSockets.class);
  private static final String PROGRAMMER = "net-programmer.sock";
  private static final List<String> OURS = List.of("cni.sock", "ipamd.sock", PROGRAMMER);

  /** These bits of a file's mode say what kind of file it is (S_IFMT in stat(2)). */
  private static final int KIND = 0170000;

  private static final int SOCKET = 0140000;

  void remove() throws IOException {
    for (var name : OURS) {
      var path = folder.resolve(name);
      if (isServed(path)) {
        LOG.atWarn()
            .addKeyValue("socket", path)
            .log("Socket left alone because another process still serves it");
        continue;
      }
      clear(path);
      // A process may be about to serve, and two processes must never lock different files.
      var lock = folder.resolve(name + ".lock");
      if (!Ownership.isOneFile(lock)) clear(lock);
      if (name.equals(PROGRAMMER)) clear(folder.resolve(name + ".alive"));
    }
  }

  private static boolean isServed(Path path) throws IOException {
    if (!isSocket(path)) return false;
    try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (ConnectException nobody) {
      return false;
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return false;
    var mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return ((int) Objects.requireNonNull(mode, "each file has a mode") & KIND) == SOCKET;
  }

  /**
   * Removes whatever is there. A folder that is not empty is moved aside: what is in it may be
   * replaced by links while it is being removed.
   */
  private static void clear(Path path) throws IOException {
    try {
      if (Files.deleteIfExists(path)) {
        LOG.atInfo().addKeyValue("file", path).log("File without a process removed");
      }
    } catch (DirectoryNotEmptyException planted) {
      LOG.atWarn()
          .addKeyValue("folder", path)
          .addKeyValue("keptAs", moveAside(path))
          .log("A folder was in the place of a file of ours: look at it and remove it");
    }
  }

  /** Nobody can foresee the name, and so nobody can plant something there beforehand. */
  private static Path moveAside(Path path) throws IOException {
    var name = path.getFileName() + ".planted-" + UUID.randomUUID();
    return Files.move(path, path.resolveSibling(name));
  }
}
