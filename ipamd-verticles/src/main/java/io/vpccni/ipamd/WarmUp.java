package io.vpccni.ipamd;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.branch.service.BranchPodsVerticle;
import io.vpccni.ipamd.bus.ByReferenceCodec;
import io.vpccni.ipamd.calls.CallsVerticle;
import io.vpccni.ipamd.checkpoint.BootId;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.checkpoint.CheckpointFiles;
import io.vpccni.ipamd.checkpoint.FileCheckpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.service.DataplaneVerticle;
import io.vpccni.ipamd.holding.WarmUpNews;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.log.Silence;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.service.PoolVerticle;
import io.vpccni.ipamd.rehearsal.RehearsalCalls;
import io.vpccni.ipamd.rehearsal.StubFolder;
import io.vpccni.ipamd.rehearsal.StubInstance;
import io.vpccni.ipamd.rehearsal.StubProgrammer;
import io.vpccni.ipamd.retry.VertxTimers;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.time.ElapsedClock;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves some pods before the first real one comes, whose ADD would otherwise execute most of its
 * code for the first time. They belong to a second agent in this process, with an event bus, a
 * folder and stubs of its own: it shares nothing with the real one but the code, so no file, metric
 * or log line tells of it, and neither EC2 nor the kernel is asked.
 */
final class WarmUp {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

  /**
   * After so many pods, most of what a call executes is compiled: a method that it executes once is
   * due after about 48 calls, and waits in the compiler's queue.
   */
  static final int PODS = 100;

  /**
   * On a node that has pods, which was ready before this start, the rest of the start needs the
   * processor for about that long. Pods that come meanwhile would wait for the warm-up too, and
   * then they are what warms.
   */
  static final Duration AFTER_START = Duration.ofSeconds(5);

  /** A node without pods is kept from being ready for no longer than this. */
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(3);

  /** Nobody waits for it, so the limit of one step allows for a machine that is very busy. */
  private static final int STEP_SECONDS = 30;

  private final Path folder;
  private final int pods;
  private final Duration after;
  private final Silence silence = new Silence();
  private final CompletableFuture<Integer> served = new CompletableFuture<>();
  private volatile boolean wanted = true;

  /**
   * @param runFolder where a folder can be made, and is removed again
   * @param pods how many are served one after the other
   * @param after how long it waits before it begins on a node that has pods, which it does not if
   *     another comes meanwhile
   */
  WarmUp(Path runFolder, int pods, Duration after) {
    this.pods = pods;
    this.after = after;
    folder = runFolder.resolve("warm-up");
  }

  /**
   * Serves the pods on a thread of its own, and ends early when a real ADD comes. On a node without
   * pods it begins at once, and the node becomes ready when it has ended; on another one it begins
   * later and nothing waits for it. A failure is only logged: being cold is no reason not to serve.
   *
   * @param real the real agent's Vert.x, where {@link WarmUpNews.Begun} was published before
   * @return how many pods were served
   */
  Future<Integer> start(Vertx real) {
    var thread = new Thread(silence, this::run, "warm-up");
    thread.setDaemon(true);
    var timers = new VertxTimers(real);
    return Counted.TOPIC
        .hear(
            real.eventBus(),
            counted -> {
              if (counted.counter() == Counted.Counter.ADD_REQUESTS) end();
            })
        .compose(_ -> hasPods(real))
        .compose(
            pods -> {
              timers.after(pods ? Duration.ZERO : LONGEST_HOLD, () -> release(real));
              return pods ? timers.pause(after) : Future.succeededFuture();
            })
        .onSuccess(_ -> begin(thread))
        .compose(_ -> Future.fromCompletionStage(served, real.getOrCreateContext()))
        .onComplete(_ -> release(real))
        .onFailure(
            failed ->
                log.atInfo()
                    .addKeyValue(LogKeys.WHY, failed.toString())
                    .log("The warm-up failed, so the first pods wait longer"));
  }

  /** Tells whether pods were served before; a list that is not told is not waited for. */
  private static Future<Boolean> hasPods(Vertx real) {
    var bus = real.eventBus();
    return Future.all(
            PoolEndpoints.VIEW
                .ask(bus, new ReadView(), PoolEndpoints.DEADLINE)
                .map(PoolView::holdings),
            BranchPods.ALL
                .ask(bus, new BranchPods.ReadAll(), BranchPods.DEADLINE)
                .map(BranchPods.All::holdings))
        .map(told -> told.<List<?>>list().stream().anyMatch(pods -> !pods.isEmpty()))
        .otherwise(true);
  }

  private static void release(Vertx real) {
    WarmUpNews.TOPIC.publish(real.eventBus(), new WarmUpNews.Ended());
  }

  private void begin(Thread thread) {
    if (wanted) {
      thread.start();
    } else {
      served.complete(0);
    }
  }

  /** Ends after the call that is under way. */
  void end() {
    wanted = false;
  }

  private void run() {
    try {
      int count;
      try (var stub = new StubFolder(folder)) {
        count = serve(stub);
      }
      served.complete(count);
    } catch (Exception | Error failed) {
      served.completeExceptionally(failed);
    }
  }

  private int serve(StubFolder stub) throws Exception {
    var vertx =
        NativeVertx.create(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    try {
      ByReferenceCodec.register(vertx);
      deploy(vertx, stub).await(STEP_SECONDS, TimeUnit.SECONDS);
      return callAll(new RehearsalCalls(vertx, folder));
    } finally {
      try {
        vertx.close().await(STEP_SECONDS, TimeUnit.SECONDS);
      } finally {
        // Of its threads only those are left that the real agent uses too.
        silence.end();
      }
    }
  }

  private int callAll(RehearsalCalls calls) throws TimeoutException {
    try {
      calls.untilReady(STEP_SECONDS).await(STEP_SECONDS, TimeUnit.SECONDS);
      int pod = 0;
      while (wanted && pod < pods) {
        int number = pod++;
        var _ =
            calls
                .call("ADD", number)
                .compose(_ -> calls.call("DEL", number))
                .await(STEP_SECONDS, TimeUnit.SECONDS);
      }
      return pod;
    } finally {
      // Its connections are closed when the garbage collector finds it out of use.
      Reference.reachabilityFence(calls);
    }
  }

  private Future<?> deploy(Vertx vertx, StubFolder stub) {
    var config = AgentConfig.parse(stub.environment()).config();
    var clock = ElapsedClock.system();
    var ids = new CallIds();
    var self = Set.of(stub.self());
    var file = config.process().checkpoint();
    var dates = new CheckpointDates(clock, BootId.ofThisMachine());
    var checkpoint = new FileCheckpoint(new CheckpointFiles(file), dates);
    return new StubProgrammer()
        .listen(vertx, config.process().programmerSocket(), stub.self())
        .compose(_ -> StubInstance.serve(vertx.eventBus()))
        .compose(_ -> vertx.deployVerticle(new CallsVerticle(config, ids, clock, self, self)))
        .compose(_ -> vertx.deployVerticle(new BranchPodsVerticle(file, clock, dates)))
        .compose(_ -> vertx.deployVerticle(new PoolVerticle(config, checkpoint, clock, ids)))
        .compose(_ -> vertx.deployVerticle(new DataplaneVerticle(config)));
  }
}
