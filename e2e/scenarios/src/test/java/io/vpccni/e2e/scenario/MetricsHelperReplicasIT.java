package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Daemon;
import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.MetricsHelper;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.cloudwatch.Datum;
import io.vpccni.sim.kubernetes.PodNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Of two replicas of the metrics helper one leads, and what is counted is published once. */
@ExtendWith(TestbedExtension.class)
class MetricsHelperReplicasIT {
  /** A Lease is over after 15 s, and a replica looks at it every 2 s. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void aLeaderThatHangsIsReplacedAndNothingIsPublishedTwice(Testbed testbed) throws IOException {
    testbed.sim().servers().metrics().clear();
    testbed.sim().kubernetes().podNetwork(MetricsHelper.controlPlane(testbed));
    for (var node : testbed.nodes()) ClusterObjects.register(testbed, node);
    var node = testbed.nodes().getFirst();
    var pods = new ArrayList<Pod>();
    try (var agents = new Introspection();
        var first = replica(testbed, "first", 61682)) {
      await(testbed, first, "the first replica leads", "first", 2);
      double before = counted(testbed, agents);
      pods.add(testbed.pods().addPatiently(node, "counted-first"));
      awaitRequests(testbed, first, counted(testbed, agents) - before);
      try (var second = replica(testbed, "second", 61683)) {
        first.pause();
        try {
          await(testbed, second, "the second replica takes over", "second", 2);
          pods.add(testbed.pods().addPatiently(node, "counted-second"));
          awaitRequests(testbed, second, counted(testbed, agents) - before);
        } finally {
          first.resume();
        }
        Wait.until(
            "the first replica knows that it no longer leads",
            LIMIT,
            () -> first.tail().contains("This replica no longer leads"),
            first::tail);
        pods.add(testbed.pods().addPatiently(node, "counted-third"));
        await(testbed, second, "the second replica still leads", "second", 4);
        awaitRequests(testbed, second, counted(testbed, agents) - before);
      }
      await(testbed, first, "the first replica leads once the second is stopped", "first", 2);
      pods.add(testbed.pods().addPatiently(node, "counted-fourth"));
      awaitRequests(testbed, first, counted(testbed, agents) - before);
    } finally {
      for (var pod : pods) Checks.remove(pod, testbed);
      for (var each : testbed.nodes()) ClusterObjects.remove(testbed, each);
      testbed.sim().kubernetes().podNetwork(PodNetwork.HOST);
    }
  }

  private static Daemon replica(Testbed testbed, String name, int port) throws IOException {
    return MetricsHelper.start(
        testbed,
        Path.of("target/testbed-logs/cni-metrics-helper-" + name + ".log"),
        Map.of(
            "METRIC_UPDATE_INTERVAL",
            "1",
            "HOSTNAME",
            name,
            "METRICS_BIND_ADDRESS",
            "127.0.0.1:" + port));
  }

  /** Waits until a replica holds the Lease and some polls have been published since then. */
  private static void await(Testbed testbed, Daemon helper, String what, String holder, int polls)
      throws IOException {
    Wait.until(
        what,
        LIMIT,
        () -> ClusterObjects.leaseHolder(testbed).startsWith(holder + "_"),
        helper::tail);
    int before = data(testbed, "assignIPAddresses").size();
    Wait.until(
        what + " and publishes",
        LIMIT,
        () -> data(testbed, "assignIPAddresses").size() >= before + polls,
        helper::tail);
  }

  /** The increases never go back, so the sum must come to this number and not beyond it. */
  private static void awaitRequests(Testbed testbed, Daemon helper, double requests)
      throws IOException {
    Wait.until(
        "CloudWatch has " + requests + " requests",
        LIMIT,
        () -> published(testbed) >= requests,
        () -> " but " + published(testbed) + helper.tail());
    assertThat(published(testbed)).isPositive().isEqualTo(requests);
  }

  /** Returns how many ADDs the agents have counted. */
  private static double counted(Testbed testbed, Introspection agents) throws IOException {
    double all = 0;
    for (var node : testbed.nodes()) all += requests(agents.metrics(node));
    return all;
  }

  private static double requests(String page) {
    return page.lines()
        .filter(line -> line.startsWith("awscni_add_ip_req_count "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  private static double published(Testbed testbed) {
    return data(testbed, "addReqCount").stream()
        .mapToDouble(datum -> datum.values().getFirst())
        .sum();
  }

  private static List<Datum> data(Testbed testbed, String name) {
    return testbed.sim().servers().metrics().arrived().stream()
        .filter(datum -> datum.name().equals(name))
        .toList();
  }
}
