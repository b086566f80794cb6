package io.vpccni.rpc.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A process of another user that connects to a Unix socket, sends the bytes it is told, and prints
 * what became of it: {@code answered}, {@code closed}, or {@code denied} when it could not even
 * connect.
 */
final class OtherUserClient {
  private OtherUserClient() {}

  public static void main(String[] args) {
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(args[0]));
      System.out.println(exchange(socket, HexFormat.of().parseHex(args[1])));
    } catch (IOException denied) {
      System.out.println("denied");
    }
  }

  private static String exchange(SocketChannel socket, byte[] bytes) {
    try {
      socket.write(ByteBuffer.wrap(bytes));
      return socket.read(ByteBuffer.allocate(1)) > 0 ? "answered" : "closed";
    } catch (IOException reset) {
      return "closed";
    }
  }

  /**
   * Runs it under a user id that owns nothing.
   *
   * @param folder readable for everybody; gets a copy of this class, because the build may be in a
   *     closed folder
   */
  static String connects(int uid, Path folder, Path socket, byte[] bytes)
      throws IOException, InterruptedException {
    var file = OtherUserClient.class.getName().replace('.', '/') + ".class";
    var copy = folder.resolve(file);
    Files.createDirectories(copy.resolveSibling(""));
    try (var compiled =
        Objects.requireNonNull(OtherUserClient.class.getResourceAsStream("/" + file))) {
      Files.write(copy, compiled.readAllBytes());
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                List.of(
                    "setpriv",
                    "--reuid=" + uid,
                    "--regid=" + uid,
                    "--clear-groups",
                    "--",
                    java,
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    folder.toString(),
                    OtherUserClient.class.getName(),
                    socket.toString(),
                    HexFormat.of().formatHex(bytes)))
            .redirectErrorStream(true)
            .start();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running after 20 s");
    }
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }
}
