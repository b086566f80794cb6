package io.vpccni.rpc.socket;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Listens on a Unix socket under {@link SocketRules}: it is owned through a lock, it is never
 * visible with a mode other than its own, and it closes the connections of all but the known peers
 * before it looks at anything they send.
 *
 * <p>The socket is bound inside a fresh 0700 folder, given its mode and group there, and then
 * renamed to its path. So nobody can connect before the mode is right (a umask would do the same,
 * but belongs to the whole process and to all its threads), and a stale socket is replaced in one
 * step instead of being removed first. Only the holder of the lock gets that far.
 */
public final class GuardedSocket {
  private final Vertx vertx;
  private final Path path;
  private final String boundPath;
  private final SocketLock lock;
  private final Supplier<Future<?>> closeServer;

  private GuardedSocket(
      Vertx vertx, Path path, String boundPath, SocketLock lock, Supplier<Future<?>> closeServer) {
    this.vertx = vertx;
    this.path = path;
    this.boundPath = boundPath;
    this.lock = lock;
    this.closeServer = closeServer;
  }

  /**
   * Listens with a server of frames. The server's connect handler wraps each socket in a {@link
   * FrameConnection}.
   *
   * @return the listening socket; the future fails with {@link SocketUnavailable}
   */
  public static Future<GuardedSocket> listen(Vertx vertx, SocketRules rules, NetServer server) {
    return listen(vertx, rules, Protocol.FRAMES, server::listen, server::close);
  }

  /**
   * Listens with a server of HTTP/2, which carries gRPC.
   *
   * @return the listening socket; the future fails with {@link SocketUnavailable}
   */
  public static Future<GuardedSocket> listen(Vertx vertx, SocketRules rules, HttpServer server) {
    return listen(vertx, rules, Protocol.HTTP2, server::listen, server::close);
  }

  private static Future<GuardedSocket> listen(
      Vertx vertx,
      SocketRules rules,
      Protocol protocol,
      Function<SocketAddress, Future<?>> bind,
      Supplier<Future<?>> closeServer) {
    var path = rules.path();
    return vertx
        .executeBlocking(() -> SocketLock.acquire(path))
        .compose(
            lock ->
                vertx
                    .executeBlocking(() -> BindFolder.make(path))
                    .compose(
                        folder -> {
                          var boundPath = folder.socket().toString();
                          var transport = NativeVertx.transportOf(vertx);
                          transport.guard(boundPath, new ConnectionGuard(rules, protocol));
                          return bind.apply(SocketAddress.domainSocketAddress(boundPath))
                              .compose(_ -> vertx.executeBlocking(() -> folder.publish(rules)))
                              .map(
                                  _ -> new GuardedSocket(vertx, path, boundPath, lock, closeServer))
                              .recover(
                                  error -> {
                                    transport.forget(boundPath);
                                    return closeServer
                                        .get()
                                        .transform(_ -> vertx.executeBlocking(folder::remove))
                                        .transform(_ -> Future.failedFuture(error));
                                  });
                        })
                    .recover(
                        error ->
                            vertx.<GuardedSocket>executeBlocking(
                                () -> {
                                  lock.close();
                                  throw error instanceof SocketUnavailable known
                                      ? known
                                      : new SocketUnavailable(
                                          "cannot listen on " + path + ": " + error, error);
                                })));
  }

  public Path path() {
    return path;
  }

  /**
   * Closes the server and removes the path. The lock is released last, so that a successor's socket
   * is never removed.
   */
  public Future<Void> close() {
    return closeServer
        .get()
        .transform(
            _ ->
                vertx.executeBlocking(
                    () -> {
                      NativeVertx.transportOf(vertx).forget(boundPath);
                      try {
                        Files.deleteIfExists(path);
                      } catch (IOException kept) {
                        // A stale socket is replaced by whoever listens next.
                      }
                      lock.close();
                      return null;
                    }));
  }
}
