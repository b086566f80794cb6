package io.vpccni.sim.network;

import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Answers each web request with the source address that it sees. */
public final class SourceEcho implements AutoCloseable {
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: whoami\r\n\r\n";

  private final ServerSocketChannel listening;
  private final Thread accepting;

  private SourceEcho(ServerSocketChannel listening) {
    this.listening = listening;
    this.accepting = Thread.ofVirtual().name("whoami").unstarted(this::accept);
  }

  /** Starts one at port 80 of an address in that namespace. */
  public static SourceEcho start(Path netns, Ip address) throws IOException {
    return start(
        Netns.call(
            netns,
            () ->
                ServerSocketChannel.open()
                    .bind(new InetSocketAddress(address.toInetAddress(), 80))));
  }

  public static SourceEcho start(ServerSocketChannel listening) {
    var server = new SourceEcho(listening);
    server.accepting.start();
    return server;
  }

  /**
   * Calls such a server at port 80 from within that namespace.
   *
   * @return the source address that the server saw
   * @throws IOException if no connection or no answer comes within the time; the server may have
   *     seen the caller nevertheless
   */
  public static Ip ask(Path netns, Ip server, Duration atMost) throws IOException {
    return ask(netns, new InetSocketAddress(server.toInetAddress(), 80), atMost);
  }

  /** Calls such a server at another port. */
  public static Ip ask(Path netns, InetSocketAddress server, Duration atMost) throws IOException {
    int millis = Math.toIntExact(atMost.toMillis());
    return Netns.call(
        netns,
        () -> {
          try (var socket = new Socket()) {
            socket.connect(server, millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            var answer =
                new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Ip.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4).strip());
          }
        });
  }

  private void accept() {
    while (listening.isOpen()) {
      try {
        var caller = listening.accept();
        Thread.ofVirtual().start(() -> answer(caller));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void answer(SocketChannel caller) {
    try (caller) {
      caller.read(ByteBuffer.allocate(4096));
      var remote = (InetSocketAddress) caller.getRemoteAddress();
      var from = Ip.of(remote.getAddress().getAddress()).toString();
      var text =
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s\n"
              .formatted(from.length() + 1, from);
      caller.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException callerLeft) {
      // Its own business.
    }
  }

  /** Returns when the port can be used again. */
  @Override
  public void close() throws IOException {
    listening.close();
    try {
      // The port is free once nobody waits for callers any more.
      var _ = accepting.join(Duration.ofSeconds(5));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
