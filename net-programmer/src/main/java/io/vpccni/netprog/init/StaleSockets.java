package io.vpccni.netprog.init;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes sockets whose process has ended, and the file that stands for the life of net-programmer.
 * A predecessor's sockets belong to root, and in a sticky folder the agent could not replace them;
 * neither could net-programmer replace a file that somebody else put in the place of its own.
 *
 * @param folder the folder of our sockets
 */
record StaleSockets(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(StaleSockets.class);
  private static final String PROGRAMMER = "net-programmer.sock";
  private static final List<String> OURS = List.of("cni.sock", "ipamd.sock", PROGRAMMER);

  void remove() throws IOException {
    for (var name : OURS) {
      var path = folder.resolve(name);
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) continue;
      if (isServed(path)) {
        LOG.atWarn()
            .addKeyValue("socket", path)
            .log("Socket left alone because another process still serves it");
      } else {
        Files.delete(path);
        LOG.atInfo().addKeyValue("socket", path).log("Stale socket removed");
      }
    }
    // Its socket is there no longer unless it is served.
    if (!Files.exists(folder.resolve(PROGRAMMER), LinkOption.NOFOLLOW_LINKS))
      Files.deleteIfExists(folder.resolve(PROGRAMMER + ".alive"));
  }

  private static boolean isServed(Path path) throws IOException {
    try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (ConnectException nobody) {
      return false;
    }
  }
}
