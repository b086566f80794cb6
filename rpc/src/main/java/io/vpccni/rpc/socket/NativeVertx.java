package io.vpccni.rpc.socket;

import io.netty.channel.epoll.Epoll;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;

/**
 * Makes Vert.x instances on netty's native epoll, which alone offers the peer credentials that
 * guarded sockets need.
 */
public final class NativeVertx {
  private NativeVertx() {}

  /**
   * Makes a Vert.x whose sockets can be guarded.
   *
   * @throws SocketUnavailable if the native library cannot be loaded
   */
  public static Vertx create(VertxOptions options) {
    if (!Epoll.isAvailable()) {
      throw new SocketUnavailable(
          "netty's native epoll library cannot be loaded, and without it the callers of our sockets cannot be told apart:"
              + " run on Linux x86-64 with netty-transport-native-epoll on the class path and a java.io.tmpdir that allows"
              + " execution (or -Dio.netty.native.workdir)",
          Epoll.unavailabilityCause());
    }
    return Vertx.builder()
        .with(withoutFileCache(options).setPreferNativeTransport(true))
        .withTransport(new Guarded(new GuardedTransport()))
        .build();
  }

  /**
   * Returns the options without Vert.x's file cache. Nothing is served from jars here, and the
   * cache's folder needs a writable root and survives a process that is killed.
   */
  public static VertxOptions withoutFileCache(VertxOptions options) {
    return new VertxOptions(options)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  static GuardedTransport transportOf(Vertx vertx) {
    if (((VertxInternal) vertx).transport() instanceof GuardedTransport guarded) return guarded;
    throw new SocketUnavailable(
        "this Vert.x was not made by NativeVertx.create, so its sockets cannot be guarded");
  }

  private record Guarded(GuardedTransport implementation) implements Transport {
    @Override
    public String name() {
      return "guarded-epoll";
    }

    @Override
    public boolean available() {
      return implementation.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
      return implementation.unavailabilityCause();
    }
  }
}
