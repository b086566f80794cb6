package io.vpccni.ipamd;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.junit5.VertxTestContext;
import io.vpccni.ipamd.bus.ByReferenceCodec;
import io.vpccni.rpc.socket.NativeVertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Vert.x as the process has it, with one event loop, whose blocked-thread checker fails the test:
 * what blocks the loop for this long delays every pod of the node. The time for which the loop's
 * thread was ready and had no processor does not count, so that a busy machine fails no test.
 */
public final class RealBus implements BeforeEachCallback, AfterEachCallback {
  private static final Logger CHECKER = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");
  private static final int BLOCKED_SECONDS = 2;
  private static final long TICK_MILLIS = 50;

  private final List<String> blocked = new CopyOnWriteArrayList<>();
  private final Handler watcher =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          var since = lastTick;
          var own = ThreadTime.of(loop).since(since);
          if (own.toSeconds() >= BLOCKED_SECONDS) {
            blocked.add(own.toMillis() + " ms by its own doing: " + entry.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @SuppressWarnings("NullAway.Init")
  private Vertx vertx;

  /** The kernel's figures of the loop's thread. */
  private volatile Path loop = Path.of("/proc/self/schedstat");

  /** When the loop was last free, as told by itself. */
  private volatile ThreadTime lastTick = ThreadTime.of(loop);

  public Vertx vertx() {
    return vertx;
  }

  /** Runs the action on the only event loop, and waits until it has run. */
  public void onLoop(Runnable action) {
    Promise<Void> ran = Promise.promise();
    vertx.runOnContext(
        _ -> {
          action.run();
          ran.complete();
        });
    await(ran.future());
  }

  /** Returns the result of a future that succeeds within 15 s. */
  public static <T> T await(Future<T> future) {
    var context = new VertxTestContext();
    future.onComplete(context.succeedingThenComplete());
    try {
      if (!context.awaitCompletion(15, TimeUnit.SECONDS)) {
        throw new AssertionError("not completed within 15 s");
      }
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
    if (context.failed()) throw new AssertionError(context.causeOfFailure());
    return future.result();
  }

  /** Within 40 s, longer than a test waits for anything; not on an event loop. */
  public static void await(CountDownLatch latch) {
    try {
      if (!latch.await(40, TimeUnit.SECONDS)) throw new AssertionError("not within 40 s");
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** Waits until the condition holds, for 40 s at most. */
  public static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) throw new AssertionError("did not happen within 40 s");
      Thread.onSpinWait();
    }
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    open();
  }

  void open() {
    CHECKER.addHandler(watcher);
    vertx =
        NativeVertx.create(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setBlockedThreadCheckInterval(100)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(BLOCKED_SECONDS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS));
    ByReferenceCodec.register(vertx);
    onLoop(() -> loop = ThreadTime.ofThisThread());
    lastTick = ThreadTime.of(loop);
    vertx.setPeriodic(TICK_MILLIS, _ -> lastTick = ThreadTime.of(loop));
  }

  /** Returns what has blocked the loop so far. */
  List<String> blocked() {
    return blocked;
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    close();
  }

  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    CHECKER.removeHandler(watcher);
    if (!blocked.isEmpty()) {
      throw new AssertionError("an event loop was blocked: " + blocked);
    }
  }
}
