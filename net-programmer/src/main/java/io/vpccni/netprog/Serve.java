package io.vpccni.netprog;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.netprog.conflist.ConflistFile;
import io.vpccni.netprog.policy.PolicyRelay;
import io.vpccni.netprog.request.RequestReader;
import io.vpccni.netprog.server.Daemon;
import io.vpccni.netprog.server.Heartbeat;
import io.vpccni.netprog.server.WarmUp;
import io.vpccni.netprog.settings.ServeSettings;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.socket.SocketUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Implements the subcommand {@code serve}. */
final class Serve {
  private static final Logger LOG = LoggerFactory.getLogger(Serve.class);
  private static final long STOP_SECONDS = 5;

  private Serve() {}

  static int run(Map<String, String> env) {
    try {
      var settings = ServeSettings.parse(env);
      var vertx = NativeVertx.create(options());
      var daemon = daemon(vertx, settings);
      start(vertx, daemon, settings).await(30, TimeUnit.SECONDS);
      untilEnded(vertx, daemon);
      return 0;
    } catch (SocketUnavailable | KernelUnavailable | IllegalArgumentException known) {
      LOG.atError().log(String.valueOf(known.getMessage()));
    } catch (TimeoutException late) {
      LOG.atError()
          .log("Not listening after 30 s: the file system or the machine does not respond");
    }
    return 1;
  }

  /**
   * Starts the daemon, sends it a few requests of our own and stops, without touching the node. The
   * build runs this to record a class cache. Without root it exercises less code, which makes the
   * cache smaller and is no failure.
   */
  static int rehearse(Map<String, String> env) {
    try {
      var folder = Files.createTempDirectory("net-programmer");
      try {
        var settings = ServeSettings.parse(env).withSocket(folder.resolve("self.sock"));
        var vertx = NativeVertx.create(options());
        warmUp(vertx, daemon(vertx, settings), settings).await(30, TimeUnit.SECONDS);
      } catch (KernelUnavailable less) {
        LOG.atWarn().addKeyValue("why", less.getMessage()).log("Rehearsed without the kernel");
      } finally {
        remove(folder);
      }
      return 0;
    } catch (IOException | SocketUnavailable | IllegalArgumentException known) {
      LOG.atError().log(String.valueOf(known.getMessage()));
    } catch (TimeoutException late) {
      LOG.atError().log("The daemon did not answer its own requests within 30 s");
    }
    return 1;
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) Files.delete(file);
    }
    Files.delete(folder);
  }

  /**
   * Vert.x gets one event loop and few workers, because the daemon serves one client and its memory
   * is paid for on every node.
   */
  private static VertxOptions options() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(2)
        .setInternalBlockingPoolSize(2);
  }

  private static Daemon daemon(Vertx vertx, ServeSettings settings) {
    return new Daemon(
        vertx,
        new RequestReader(settings.netnsFolders()),
        events -> KernelAssembly.kernel(settings, events),
        new ConflistFile(settings.conflistFolder(), settings.conflistPlugins()),
        new PolicyRelay(vertx, settings.policySocket()));
  }

  private static Future<Void> start(Vertx vertx, Daemon daemon, ServeSettings settings) {
    var rules =
        SocketRules.of(settings.socket(), "rw-rw----", Set.of(settings.peer()))
            .withGroup(settings.group());
    return warmUp(vertx, daemon, settings)
        .compose(_ -> daemon.listen(rules))
        .compose(_ -> Heartbeat.start(vertx, daemon::probe, settings.heartbeat()))
        .onSuccess(_ -> LOG.atInfo().addKeyValue("socket", settings.socket()).log("Serving"));
  }

  private static Future<Void> warmUp(Vertx vertx, Daemon daemon, ServeSettings settings) {
    return WarmUp.of(vertx, daemon, settings.socket(), (int) new UnixSystem().getUid());
  }

  private static void untilEnded(Vertx vertx, Daemon daemon) {
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    daemon.close().eventually(vertx::close).await(STOP_SECONDS, TimeUnit.SECONDS);
                  } catch (TimeoutException late) {
                    LOG.atWarn().log("Stopped while requests were running");
                  }
                  ended.countDown();
                },
                "stop"));
    try {
      ended.await();
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }
}
