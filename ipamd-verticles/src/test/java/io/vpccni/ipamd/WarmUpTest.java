package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.ipamd.holding.WarmUpNews;
import io.vpccni.ipamd.log.Logs;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.rehearsal.StubFolder;
import io.vpccni.rpc.address.Ip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The warm-up serves pods by real code, and nobody can tell afterwards. */
class WarmUpTest {
  private static final PoolView WITHOUT_PODS =
      PoolViews.of(PoolState.initial(DefaultSettings.pool()));

  private static final Holding BRANCH_POD =
      new Holding(
          new Attachment("c1", "eth0", "c1"),
          PodRef.UNKNOWN,
          Wiring.UNKNOWN,
          List.of(new HeldAddress(Ip.parse("192.0.2.1"), 0, new EniId("eni-1"), 0, 101)),
          Optional.empty(),
          Instant.EPOCH);

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void allItsPodsAreServedAndLeaveNoFileMetricOrLogLine() throws Exception {
    var heard = new ArrayList<Object>();
    await(Counted.TOPIC.hear(bus.vertx().eventBus(), heard::add));
    await(Measured.TOPIC.hear(bus.vertx().eventBus(), heard::add));
    var logFile = folder.resolve("ipamd.log");
    var run = Files.createDirectory(folder.resolve("run"));
    assertThat(Logs.set(logFile.toString(), Level.ALL, InstantSource.system())).isEmpty();
    try {
      var served = new WarmUp(run, 2, Duration.ZERO).start(bus.vertx());
      until(served::isComplete);
      assertThat(served.result()).isEqualTo(2);
    } finally {
      LogManager.getLogManager().reset();
    }
    assertThat(heard).isEmpty();
    assertThat(run).isEmptyDirectory();
    assertThat(logFile).isEmptyFile();
  }

  @Test
  void aNodeWithoutPodsBecomesReadyWhenItHasEnded() {
    var gate = connectedGate();
    servePods(Future.succeededFuture(WITHOUT_PODS), List.of());
    WarmUpNews.TOPIC.publish(bus.vertx().eventBus(), new WarmUpNews.Begun());
    until(() -> onLoop(gate::notReady).isPresent());
    assertThat(onLoop(gate::notReady)).contains("the agent is warming up");
    assertThat(onLoop(gate::obstacle)).as("an ADD is served all the same").isEmpty();
    var served = new WarmUp(folder, 1, Duration.ofDays(1)).start(bus.vertx());
    until(served::isComplete);
    assertThat(served.result()).isEqualTo(1);
    until(() -> onLoop(gate::notReady).isEmpty());
  }

  @Test
  void aNodeThatHasOnlyPodsWithBranchEnisIsReadyBeforeIt() {
    var gate = connectedGate();
    servePods(Future.succeededFuture(WITHOUT_PODS), List.of(BRANCH_POD));
    WarmUpNews.TOPIC.publish(bus.vertx().eventBus(), new WarmUpNews.Begun());
    until(() -> onLoop(gate::notReady).isPresent());
    var served = new WarmUp(folder, 1, Duration.ofDays(1)).start(bus.vertx());
    until(() -> onLoop(gate::notReady).isEmpty());
    assertThat(served.isComplete()).isFalse();
  }

  @Test
  void itEndsWhenARealPodComes() throws Exception {
    var served = new WarmUp(folder, Integer.MAX_VALUE, Duration.ZERO).start(bus.vertx());
    until(() -> Files.exists(folder.resolve("warm-up")));
    new Counted(Counter.ADD_REQUESTS, "").publish(bus.vertx().eventBus());
    until(served::isComplete);
    assertThat(served.succeeded()).isTrue();
  }

  @Test
  void itDoesNotBeginIfARealPodComesBefore() {
    Promise<PoolView> pool = Promise.promise();
    var asked = servePods(pool.future(), List.of());
    var served = new WarmUp(folder.resolve("missing"), 1, Duration.ofDays(1)).start(bus.vertx());
    await(asked);
    new Counted(Counter.ADD_REQUESTS, "").publish(bus.vertx().eventBus());
    // What the loop does from now on comes after it has told of the ADD.
    bus.onLoop(() -> {});
    pool.complete(WITHOUT_PODS);
    until(served::isComplete);
    assertThat(served.result()).as("a begin would have failed without a folder").isZero();
  }

  @Test
  void aFolderThatAKilledProcessLeftIsNoObstacle() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("warm-up")).resolve("left"), "");
    new StubFolder(folder.resolve("warm-up")).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void withoutAFolderItFailsAndNothingElseDoes() {
    var served = new WarmUp(folder.resolve("missing"), 1, Duration.ZERO).start(bus.vertx());
    until(served::isComplete);
    assertThat(served.failed()).isTrue();
  }

  /**
   * Serves what the agent knows of its pods.
   *
   * @return completed once the pool has been asked
   */
  private Future<Void> servePods(Future<PoolView> pool, List<Holding> branchPods) {
    Promise<Void> asked = Promise.promise();
    var events = bus.vertx().eventBus();
    await(
        PoolEndpoints.VIEW.serve(
            events,
            _ -> {
              asked.tryComplete();
              return pool;
            }));
    await(
        BranchPods.ALL.serve(events, _ -> Future.succeededFuture(new BranchPods.All(branchPods))));
    return asked.future();
  }

  private DataplaneGate connectedGate() {
    var gate = new DataplaneGate(bus.vertx());
    await(WarmUpNews.TOPIC.hear(bus.vertx().eventBus(), gate::heard));
    bus.onLoop(
        () -> gate.heard(new DataplaneNews.Connected(new HostApplied(Map.of(), Set.of(), ""))));
    return gate;
  }

  /** Asks on the loop, which alone may use a gate. */
  private Optional<String> onLoop(Supplier<Optional<String>> question) {
    var answer = new AtomicReference<Optional<String>>(Optional.empty());
    bus.onLoop(() -> answer.set(question.get()));
    return answer.get();
  }
}
