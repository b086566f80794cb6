package io.vpccni.e2e.testbed;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;

/**
 * Sends some bytes to a Unix socket and prints how many bytes come back first: 0 if it is refused
 * or closed without an answer. It is a program of its own because the other side sees the user of
 * the process.
 */
public final class SocketProbe {
  private SocketProbe() {}

  /**
   * Runs the probe.
   *
   * @param args the socket's path and the bytes in hexadecimal
   */
  public static void main(String[] args) {
    System.out.println(answer(args[0], HexFormat.of().parseHex(args[1])));
  }

  private static int answer(String path, byte[] bytes) {
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(path));
      socket.write(ByteBuffer.wrap(bytes));
      // The server closes idle callers after 2 s at the latest: this ends.
      return Math.max(0, socket.read(ByteBuffer.allocate(65536)));
    } catch (IOException refused) {
      System.out.println(refused);
      return 0;
    }
  }
}
