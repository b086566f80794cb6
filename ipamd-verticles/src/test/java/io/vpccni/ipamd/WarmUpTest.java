package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.ipamd.holding.WarmUpNews;
import io.vpccni.ipamd.log.Logs;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.rehearsal.StubFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The warm-up serves pods by real code, and nobody can tell afterwards. */
class WarmUpTest {
  private static final PoolView WITHOUT_PODS =
      PoolViews.of(PoolState.initial(DefaultSettings.pool()));

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
    var gate = new DataplaneGate(bus.vertx());
    gate.heard(new DataplaneNews.Connected(new HostApplied(Map.of(), Set.of(), "")));
    await(WarmUpNews.TOPIC.hear(bus.vertx().eventBus(), gate::heard));
    await(
        PoolEndpoints.VIEW.serve(
            bus.vertx().eventBus(), _ -> Future.succeededFuture(WITHOUT_PODS)));
    WarmUpNews.TOPIC.publish(bus.vertx().eventBus(), new WarmUpNews.Begun());
    until(() -> gate.notReady().isPresent());
    assertThat(gate.notReady()).contains("the agent is warming up");
    assertThat(gate.obstacle()).as("an ADD is served all the same").isEmpty();
    var served = new WarmUp(folder, 1, Duration.ofDays(1)).start(bus.vertx());
    until(served::isComplete);
    assertThat(served.result()).isEqualTo(1);
    until(() -> gate.notReady().isEmpty());
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
  void itDoesNotBeginIfARealPodComesBefore() throws Exception {
    var served = new WarmUp(folder.resolve("missing"), 1, Duration.ofSeconds(2)).start(bus.vertx());
    new Counted(Counter.ADD_REQUESTS, "").publish(bus.vertx().eventBus());
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
}
