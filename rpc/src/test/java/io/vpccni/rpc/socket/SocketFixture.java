package io.vpccni.rpc.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import io.vpccni.rpc.frame.Framing;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A folder that everybody can reach, servers of both kinds in it that count what they handle, and
 * plain clients.
 */
final class SocketFixture implements AutoCloseable {
  static final byte[] PING = Framing.ENVELOPE.frame("ping".getBytes(US_ASCII));
  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(US_ASCII);
  static final byte[] HTTP1 =
      "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII);

  final Path folder;
  final Vertx vertx;
  final AtomicInteger handled = new AtomicInteger();

  SocketFixture(Vertx vertx) throws IOException {
    this.vertx = vertx;
    folder = Files.createTempDirectory("vpccni-socket");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Open for every user as a file, so that only the peer check can keep one out. */
  SocketRules rules(int... peers) {
    var uids = Arrays.stream(peers).boxed().collect(Collectors.toSet());
    return SocketRules.of(folder.resolve("test.sock"), "rw-rw-rw-", uids);
  }

  static SocketRules withFirstMessage(SocketRules rules, Duration limit) {
    return new SocketRules(
        rules.path(),
        rules.permissions(),
        rules.group(),
        rules.peers(),
        limit,
        rules.maxConnections());
  }

  static SocketRules withMaxConnections(SocketRules rules, int limit) {
    return new SocketRules(
        rules.path(),
        rules.permissions(),
        rules.group(),
        rules.peers(),
        rules.firstMessage(),
        limit);
  }

  static int self() {
    return (int) new UnixSystem().getUid();
  }

  GuardedSocket frames(SocketRules rules) {
    var server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  handled.incrementAndGet();
                  var frames =
                      new FrameConnection(vertx, socket, Framing.ENVELOPE)
                          .firstFrameWithin(rules.firstMessage());
                  frames.start(frames::send, _ -> {});
                });
    return await(GuardedSocket.listen(vertx, rules, server));
  }

  GuardedSocket http(SocketRules rules) {
    var server =
        vertx
            .createHttpServer()
            .connectionHandler(_ -> handled.incrementAndGet())
            .requestHandler(
                request -> {
                  handled.incrementAndGet();
                  request.response().end(request.version() == HttpVersion.HTTP_2 ? "two" : "one");
                });
    return await(GuardedSocket.listen(vertx, rules, server));
  }

  /**
   * Returns what a client of this user experiences: the number of bytes answered, 0 when the server
   * closes instead.
   */
  int exchange(byte[] bytes) throws IOException {
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(folder.resolve("test.sock")));
      try {
        if (bytes.length > 0) socket.write(ByteBuffer.wrap(bytes));
        return Math.max(0, socket.read(ByteBuffer.allocate(8192)));
      } catch (IOException reset) {
        return 0;
      }
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no result within 10 s", late);
    }
  }

  static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
