package io.vpccni.sim.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A web server on the internet that answers each request with the address it came from: what the
 * far side sees of a pod.
 */
public final class WhoAmI implements AutoCloseable {
  private final ServerSocketChannel door;

  private WhoAmI(ServerSocketChannel door) {
    this.door = door;
  }

  public static WhoAmI start(ServerSocketChannel door) {
    var server = new WhoAmI(door);
    Thread.ofVirtual().name("whoami").start(server::accept);
    return server;
  }

  private void accept() {
    while (door.isOpen()) {
      try {
        var caller = door.accept();
        Thread.ofVirtual().start(() -> answer(caller));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void answer(SocketChannel caller) {
    try (caller) {
      caller.read(ByteBuffer.allocate(4096));
      var from = ((InetSocketAddress) caller.getRemoteAddress()).getAddress().getHostAddress();
      var text =
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s\n"
              .formatted(from.length() + 1, from);
      caller.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException callerLeft) {
      // Its own business.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
