package io.vpccni.netprog;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.netprog.conflist.ConflistFile;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.node.ScratchKernel;
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
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Implements the subcommand {@code serve}. */
final class Serve {
  private static final Logger LOG = LoggerFactory.getLogger(Serve.class);
  private static final long STOP_SECONDS = 5;

  /**
   * A warm-up that takes longer goes on beside the daemon, which listens then: half of what a start
   * may take.
   */
  private static final int WARM_UP_SECONDS = 15;

  /** The rehearsal installs this network configuration in a folder of its own. */
  private static final String CONFLIST =
      """
      {"cniVersion":"1.0.0","name":"aws-cni","plugins":[{"name":"aws-cni","type":"aws-cni"}]}
      """;

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
        var _ = new ConflistFile(folder, Set.of()).install(CONFLIST.getBytes(UTF_8));
        var vertx = NativeVertx.create(options());
        var _ = daemon(vertx, settings);
        warmUp(vertx, settings).await(30, TimeUnit.SECONDS);
      } catch (KernelUnavailable less) {
        LOG.atWarn().addKeyValue("why", less.getMessage()).log("Rehearsed without the kernel");
      } finally {
        remove(folder);
      }
      return 0;
    } catch (IOException | SocketUnavailable | IllegalArgumentException | Refusal known) {
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
    return daemon(vertx, settings, events -> KernelAssembly.kernel(settings, events));
  }

  private static Daemon daemon(
      Vertx vertx, ServeSettings settings, Function<Consumer<Kernel.Event>, Kernel> kernel) {
    return new Daemon(
        vertx,
        new RequestReader(settings.netnsFolders()),
        kernel,
        new ConflistFile(settings.conflistFolder(), settings.conflistPlugins()),
        new PolicyRelay(vertx, settings.policySocket()));
  }

  private static Future<Void> start(Vertx vertx, Daemon daemon, ServeSettings settings) {
    var rules =
        SocketRules.of(settings.socket(), "rw-rw----", Set.of(settings.peer()))
            .withGroup(settings.group());
    return warmUp(vertx, settings)
        .compose(_ -> daemon.listen(rules))
        .compose(_ -> Heartbeat.start(vertx, daemon::probe, settings.heartbeat()))
        .onSuccess(_ -> LOG.atInfo().addKeyValue("socket", settings.socket()).log("Serving"));
  }

  /**
   * Has pods wired in namespaces that nobody else sees, by a daemon of its own, so that the first
   * real pod does not wait for code that is executed for the first time. A failure is only logged:
   * being cold is no reason not to serve.
   */
  private static Future<Void> warmUp(Vertx vertx, ServeSettings settings) {
    return vertx
        .executeBlocking(() -> ScratchKernel.open(KernelAssembly.surroundings(settings)))
        .compose(
            scratch ->
                WarmUp.of(
                        vertx,
                        daemon(vertx, settings, _ -> scratch.kernel()),
                        settings.socket(),
                        (int) new UnixSystem().getUid(),
                        scratch.podNamespace())
                    .eventually(
                        () ->
                            vertx.executeBlocking(
                                () -> {
                                  scratch.close();
                                  return null;
                                })))
        .timeout(WARM_UP_SECONDS, TimeUnit.SECONDS)
        .onFailure(
            failed ->
                LOG.atInfo()
                    .addKeyValue("why", failed)
                    .log("The warm-up failed, so the first pods wait longer"))
        .otherwiseEmpty();
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
