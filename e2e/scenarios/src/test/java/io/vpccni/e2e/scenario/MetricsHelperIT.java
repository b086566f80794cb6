package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Daemon;
import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.MetricsHelper;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.sim.cloudwatch.Datum;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What CloudWatch has of the cluster is what its nodes have, whatever happens to them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsHelperIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Teardown teardown = new Teardown();
  private Testbed testbed;

  @BeforeAll
  void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    testbed =
        new Testbed(
            TestbedSettings.of(3, "m5.large", Path.of("target/testbed-logs/metrics-helper")),
            teardown);
    testbed.startAgents();
  }

  @AfterAll
  void stop() {
    teardown.close();
  }

  @Test
  void theTotalsAreThoseOfTheNodesAcrossARestartAndALostNode() throws IOException {
    var first = testbed.nodes().get(0);
    var second = testbed.nodes().get(1);
    var third = testbed.nodes().get(2);
    testbed.sim().kubernetes().podNetwork(MetricsHelper.controlPlane(testbed));
    for (var node : testbed.nodes()) {
      ClusterObjects.register(testbed, node);
    }
    try (var agents = new Introspection();
        var helper =
            MetricsHelper.start(
                testbed,
                Path.of("target/testbed-logs/cni-metrics-helper.log"),
                Map.of("METRIC_UPDATE_INTERVAL", "1"))) {
      var view = new View(testbed, agents, helper);
      view.awaitTotals("at first", testbed.nodes());
      double requests = view.requests(testbed.nodes());

      for (int i = 0; i < 3; i++) testbed.pods().addPatiently(first, "counted-" + i);
      for (int i = 3; i < 5; i++) testbed.pods().addPatiently(second, "counted-" + i);
      testbed.pods().addPatiently(third, "counted-5");
      view.awaitTotals("with six pods", testbed.nodes());
      double added = view.requests(testbed.nodes()) - requests;
      assertThat(added).isGreaterThanOrEqualTo(6);
      view.awaitIncrease("six ADDs", added);

      // The restarted agent counts from zero.
      first.ipamd().kill();
      first.ipamd().startAgain();
      first.awaitReady(Duration.ofSeconds(60));
      testbed.pods().addPatiently(first, "counted-6");
      added += view.requests(List.of(first));
      view.awaitTotals("after the restart", testbed.nodes());
      view.awaitIncrease("a restart and an ADD", added);
      double ofThird = view.requests(List.of(third));

      // A node that vanishes takes its agent with it; its pod is deleted later.
      second.ipamd().kill();
      ClusterObjects.remove(testbed, second);
      view.awaitTotals("after the second node is gone", List.of(first, third));
      testbed.pods().addPatiently(third, "counted-7");
      added += view.requests(List.of(third)) - ofThird;
      view.awaitIncrease("everything", added);
    }
  }

  /** Compares what CloudWatch has been sent with what the agents say by gRPC. */
  private record View(Testbed testbed, Introspection agents, Daemon helper) {
    void awaitTotals(String when, List<Node> nodes) throws IOException {
      Wait.until(
          "the totals in CloudWatch are those of the nodes " + when,
          LIMIT,
          () -> {
            int assigned = 0;
            int enis = 0;
            for (var node : nodes) {
              var cards = agents.pool(node).getCardsList();
              assigned += cards.stream().mapToInt(CardPool::getAssigned).sum();
              enis += cards.stream().mapToInt(CardPool::getEnis).sum();
            }
            return last("assignIPAddresses") == assigned && last("eniAllocated") == enis;
          },
          helper::tail);
    }

    /** The increases never go back, so the sum must come to this number and stay there. */
    void awaitIncrease(String of, double requests) throws IOException {
      Wait.until(
          "CloudWatch has the requests of " + of,
          LIMIT,
          () -> data("addReqCount").mapToDouble(View::value).sum() >= requests,
          () ->
              " "
                  + requests
                  + " is not the sum of "
                  + data("addReqCount").map(View::value).toList()
                  + helper.tail());
      assertThat(data("addReqCount").mapToDouble(View::value)).allMatch(value -> value >= 0);
      assertThat(data("addReqCount").mapToDouble(View::value).sum()).as(of).isEqualTo(requests);
    }

    /** Returns how many ADDs the agents of these nodes have counted. */
    double requests(List<Node> nodes) throws IOException {
      double all = 0;
      for (var node : nodes) {
        all +=
            agents
                .metrics(node)
                .lines()
                .filter(line -> line.startsWith("awscni_add_ip_req_count "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
      }
      return all;
    }

    private double last(String name) {
      return data(name).reduce((_, later) -> later).map(View::value).orElse(-1.0);
    }

    /** The name of the cluster is the tag of the first node, which has no better one. */
    private Stream<Datum> data(String name) {
      return testbed.sim().servers().metrics().arrived().stream()
          .filter(datum -> datum.namespace().equals("Kubernetes") && datum.name().equals(name))
          .filter(datum -> datum.dimensions().equals(Map.of("CLUSTER_ID", "node-1")));
    }

    private static double value(Datum datum) {
      return datum.values().getFirst();
    }
  }
}
