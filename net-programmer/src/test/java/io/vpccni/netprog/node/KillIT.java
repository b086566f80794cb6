package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.rpc.socket.NativeVertx;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped program is killed again and again while 200 pods come and go. In the end the kernel
 * must agree with what the test noted.
 */
@Timeout(180)
class KillIT {
  private static final int KILLS = 4;

  private final Vertx vertx = NativeVertx.create(new VertxOptions().setEventLoopPoolSize(1));
  private final Set<String> promised = ConcurrentHashMap.newKeySet();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** A node and what is expected of it. */
  private record Node(TestNode scene, Path folder, ExpectedPods book, Random random) {}

  private DaemonProcess life(Node node) throws Exception {
    return new DaemonProcess(vertx, node.scene(), node.folder(), node.book(), promised);
  }

  @ParameterizedTest
  @ValueSource(longs = {20261123, 2})
  void theKernelHoldsExactlyWhatTheBookSays(long seed, @TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    assumeTrue(DaemonProcess.possible(), "built by the package phase");
    try (var scene = new TestNode()) {
      scene.primary(ExpectedPods.MAC0, "10.0.0.4/18");
      scene.eni("eth1", ExpectedPods.MAC1);
      scene.eni("eth2", ExpectedPods.MAC2);
      var book = new ExpectedPods(scene.podNamespaces(ExpectedPods.PODS));
      var node = new Node(scene, folder, book, new Random(seed));
      killedWhilePodsComeAndGo(node);
      allAreThereInTheEnd(node);
      aRestartChangesNothingAndKilledWhileAllGoNothingIsLeft(node);
    }
  }

  private void killedWhilePodsComeAndGo(Node node) throws Exception {
    var random = node.random();
    for (int kill = 0; kill < KILLS; kill++) {
      try (var life = life(node)) {
        life.sync();
        int operations = 40 + random.nextInt(160);
        for (int i = 0; i < operations; i++) {
          life.change(random.nextInt(ExpectedPods.PODS), random.nextBoolean());
        }
        life.untilAnswered(random.nextInt(operations));
      }
    }
  }

  private void allAreThereInTheEnd(Node node) throws Exception {
    try (var life = life(node)) {
      life.sync();
      for (int pod = 0; pod < ExpectedPods.PODS; pod++) {
        life.change(pod, node.book().has(pod));
      }
      life.untilDone();
      compare(node);
      life.changeAll(true);
      life.untilDone();
    }
    compare(node);
  }

  private void aRestartChangesNothingAndKilledWhileAllGoNothingIsLeft(Node node) throws Exception {
    var scene = node.scene();
    var netfilter = netfilter(scene);
    try (var monitor = new IpMonitor(scene.node, "route", "rule", "link", "address", "neigh")) {
      TestNode.until("links are quiet", () -> monitor.changes().isEmpty());
      try (var life = life(node)) {
        assertThat(life.sync().getChanges()).isZero();
        assertThat(monitor.changes()).isEmpty();
        assertThat(netfilter(scene)).as("handles too: none is made anew").isEqualTo(netfilter);
        compare(node);
        life.changeAll(false);
        life.untilAnswered(node.random().nextInt(ExpectedPods.PODS));
      }
    }
    try (var life = life(node)) {
      life.sync();
      life.changeAll(false);
      life.untilDone();
      assertThat(node.book().pods()).isEmpty();
      compare(node);
    }
  }

  private static void compare(Node node) throws Exception {
    new KernelComparison(node.scene(), node.book()).compare();
  }

  private static String netfilter(TestNode scene) {
    return scene.exec("nft -s -a list ruleset")
        + ReferenceDump.saved(scene.exec("iptables-save"))
        + ReferenceDump.saved(scene.exec("ip6tables-save"));
  }
}
