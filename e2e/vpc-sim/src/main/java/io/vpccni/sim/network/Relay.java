package io.vpccni.sim.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connects a listening socket in another namespace with a server of this process on loopback. If
 * wanted, the server learns by the PROXY protocol (version 1) who calls.
 */
public final class Relay implements AutoCloseable {
  private final ServerSocketChannel listening;
  private final InetSocketAddress server;
  private final boolean tellWho;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private Relay(ServerSocketChannel listening, InetSocketAddress server, boolean tellWho) {
    this.listening = listening;
    this.server = server;
    this.tellWho = tellWho;
  }

  /**
   * @param listening is closed with the relay
   * @param tellWho says whether each connection starts with a PROXY line
   */
  public static Relay start(
      ServerSocketChannel listening, InetSocketAddress server, boolean tellWho) {
    var relay = new Relay(listening, server, tellWho);
    Thread.ofVirtual().name("relay to " + server).start(relay::accept);
    return relay;
  }

  private void accept() {
    while (listening.isOpen()) {
      try {
        var caller = listening.accept();
        open.add(caller);
        Thread.ofVirtual().start(() -> serve(caller));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SocketChannel caller) {
    try (caller;
        var callee = SocketChannel.open(server)) {
      open.add(callee);
      if (tellWho) {
        callee.write(ByteBuffer.wrap(proxyLine(caller).getBytes(StandardCharsets.US_ASCII)));
      }
      var back = Thread.ofVirtual().start(() -> pump(callee, caller));
      pump(caller, callee);
      back.join();
      open.remove(callee);
    } catch (IOException refused) {
      // The caller sees its connection end, as with any server that is gone.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(caller);
    }
  }

  private static String proxyLine(SocketChannel caller) throws IOException {
    var from = (InetSocketAddress) caller.getRemoteAddress();
    var to = (InetSocketAddress) caller.getLocalAddress();
    var family = from.getAddress().getAddress().length == 4 ? "TCP4" : "TCP6";
    return "PROXY %s %s %s %d %d\r\n"
        .formatted(
            family,
            from.getAddress().getHostAddress(),
            to.getAddress().getHostAddress(),
            from.getPort(),
            to.getPort());
  }

  private static void pump(SocketChannel from, SocketChannel to) {
    var buffer = ByteBuffer.allocate(16 * 1024);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException ended) {
      // Without this the other direction would wait for ever on a side that is gone.
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException alreadyGone) {
      // Nothing to do.
    }
    open.forEach(Relay::closeQuietly);
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      // Nothing to do.
    }
  }
}
