package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vpccni.netprog.NativeVertxExtension;
import io.vpccni.netprog.Wait;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped program is killed again and again while 200 pods come and go. In the end the kernel
 * must agree with what the test noted.
 */
@ExtendWith(NativeVertxExtension.class)
@Timeout(180)
class KillIT {
  private static final int KILLS = 4;

  private final Vertx vertx;
  private final Set<String> promised = ConcurrentHashMap.newKeySet();

  KillIT(Vertx vertx) {
    this.vertx = vertx;
  }

  /** A node and what is expected of it. */
  private record Run(TestNode node, Path folder, ExpectedPods expected, Random random) {}

  private DaemonProcess process(Run run) throws Exception {
    return new DaemonProcess(vertx, run.node(), run.folder(), run.expected(), promised);
  }

  @ParameterizedTest
  @ValueSource(longs = {20261123, 2})
  void theKernelHoldsExactlyWhatTheBookSays(long seed, @TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    assumeTrue(DaemonProcess.possible(), "built by the package phase");
    try (var node = new TestNode()) {
      node.primary(ExpectedPods.MAC0, "10.0.0.4/18");
      node.eni("eth1", ExpectedPods.MAC1);
      node.eni("eth2", ExpectedPods.MAC2);
      var expected = new ExpectedPods(node.podNamespaces(ExpectedPods.PODS));
      var run = new Run(node, folder, expected, new Random(seed));
      killedWhilePodsComeAndGo(run);
      allAreThereInTheEnd(run);
      aRestartChangesNothingAndKilledWhileAllGoNothingIsLeft(run);
    }
  }

  private void killedWhilePodsComeAndGo(Run run) throws Exception {
    var random = run.random();
    for (int kill = 0; kill < KILLS; kill++) {
      try (var process = process(run)) {
        process.sync();
        int operations = 40 + random.nextInt(160);
        for (int i = 0; i < operations; i++) {
          process.change(random.nextInt(ExpectedPods.PODS), random.nextBoolean());
        }
        process.untilAnswered(random.nextInt(operations));
      }
    }
  }

  private void allAreThereInTheEnd(Run run) throws Exception {
    try (var process = process(run)) {
      process.sync();
      for (int pod = 0; pod < ExpectedPods.PODS; pod++) {
        process.change(pod, run.expected().has(pod));
      }
      process.untilDone();
      compare(run);
      process.changeAll(true);
      process.untilDone();
    }
    compare(run);
  }

  private void aRestartChangesNothingAndKilledWhileAllGoNothingIsLeft(Run run) throws Exception {
    var node = run.node();
    var netfilter = netfilter(node);
    try (var monitor = new IpMonitor(node.namespace, "route", "rule", "link", "address", "neigh")) {
      Wait.until("links are quiet", () -> monitor.changes().isEmpty());
      try (var process = process(run)) {
        assertThat(process.sync().getChanges()).isZero();
        assertThat(monitor.changes()).isEmpty();
        assertThat(netfilter(node)).as("handles too: none is made anew").isEqualTo(netfilter);
        compare(run);
        process.changeAll(false);
        process.untilAnswered(run.random().nextInt(ExpectedPods.PODS));
      }
    }
    try (var process = process(run)) {
      process.sync();
      process.changeAll(false);
      process.untilDone();
      assertThat(run.expected().pods()).isEmpty();
      compare(run);
    }
  }

  private static void compare(Run run) throws Exception {
    new KernelComparison(run.node(), run.expected()).compare();
  }

  private static String netfilter(TestNode node) {
    return node.exec("nft -s -a list ruleset")
        + ReferenceDump.saved(node.exec("iptables-save"))
        + ReferenceDump.saved(node.exec("ip6tables-save"));
  }
}
