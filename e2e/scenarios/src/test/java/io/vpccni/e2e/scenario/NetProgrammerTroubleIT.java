package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.atOnce;
import static io.vpccni.e2e.scenario.CniNode.fails;
import static io.vpccni.e2e.scenario.CniNode.succeeds;
import static io.vpccni.e2e.scenario.CniNode.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Supervisor;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The real net-programmer dies, or lives and does not answer, while pods are added. */
@ExtendWith(CniNodeExtension.class)
class NetProgrammerTroubleIT {
  private final CniNode cni;

  NetProgrammerTroubleIT(CniNode cni) {
    this.cni = cni;
  }

  @Test
  void everyAddOfAScaleUpSucceedsThoughNetProgrammerIsAwayForThreeSeconds() throws Exception {
    var before = PodTraces.of(cni.node());
    var pods = new ArrayList<PodNetwork>();
    for (int i = 0; i < 40; i++) pods.add(cni.sandbox());
    List<Callable<CniAnswer>> calls = pods.stream().map(pod -> cni.calling("ADD", pod)).toList();
    try (var background = Executors.newSingleThreadExecutor()) {
      var adding = background.submit(() -> atOnce(calls));
      waitFor(
          "some pods are added",
          () -> Checks.allocated(cni.node()).size() > before.allocated().size());
      cni.node().netProgrammer().kill();
      Wait.pass(Duration.ofSeconds(3));
      cni.node().netProgrammer().startAgain();
      var addresses = new HashSet<String>();
      for (var answer : adding.get()) addresses.add(succeeds(answer).address().toString());
      assertThat(addresses).as("each at its first call").hasSize(40);
    }
    for (var pod : pods) {
      assertThat(Checks.pings(cni.node(), succeeds(cni.added(pod)).address())).isTrue();
      cni.end(pod);
    }
    before.awaitOn(cni.node());
  }

  @Test
  void oneThatDoesNotAnswerIsToldAndRestarted() throws IOException {
    var node = cni.node();
    waitFor("the probe succeeds", () -> node.livenessFailure().isEmpty());
    long first = node.netProgrammer().pid();
    try (var view = new AgentView()) {
      assertThat(view.conditions(node)).doesNotContain("DataplaneUnreachable");
      node.netProgrammer().pause();
      waitFor(
          "the condition is raised", () -> view.conditions(node).contains("DataplaneUnreachable"));
      var status = fails(cni.status(), 50);
      assertThat(status.json().getString("msg"))
          .contains("net-programmer is connected and does not answer");
      try (var supervisor = Supervisor.of(node)) {
        Wait.until(
            "the probe fails and net-programmer is restarted",
            Duration.ofSeconds(150),
            () -> node.netProgrammer().pid() != first,
            supervisor::lastFailure);
        assertThat(supervisor.lastFailure()).contains("net-programmer has not answered for");
        node.awaitReady(Duration.ofSeconds(60));
      }
      waitFor(
          "the condition is lowered",
          () -> !view.conditions(node).contains("DataplaneUnreachable"));
    } finally {
      // Other tests use the node as well.
      if (node.netProgrammer().pid() == first) node.netProgrammer().resume();
    }
    var pod = cni.sandbox();
    assertThat(Checks.pings(node, cni.added(pod).address())).isTrue();
    cni.end(pod);
  }

  /** Whoever is told that the node is ready can add a pod at that moment. */
  @RepeatedTest(3)
  void anAgentThatSaysReadyAfterItsStartCanAdd() throws IOException {
    var node = cni.node();
    node.ipamd().kill();
    node.ipamd().startAgain();
    waitFor("STATUS succeeds", () -> cni.status().succeeded());
    var pod = cni.sandbox();
    assertThat(cni.added(pod).address()).isNotNull();
    cni.end(pod);
  }
}
