package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.network.VpcNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node is switched from the reference to us and back while all its pods are in use. */
class LiveSwitchIT {
  /** The other node's primary address, which no recorded address is. */
  private static final Ip OTHER = Ip.parse("10.0.31.69");

  private static final Duration STARTUP = Duration.ofSeconds(60);

  /** An outage of EC2 that is longer than the minute after which a pod without links is ended. */
  private static final Duration OUTAGE = Duration.ofSeconds(70);

  private final Teardown teardown = new Teardown();
  private SteadyPings pings;
  private Testbed testbed;
  private ReferenceNode reference;
  private Node node;

  @BeforeEach
  void pings(@TempDir Path folder) {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Runtime.getRuntime().addShutdownHook(new Thread(teardown::close));
    pings = new SteadyPings(folder);
  }

  @AfterEach
  void close() throws IOException {
    if (pings != null) pings.close();
    teardown.close();
  }

  @ParameterizedTest
  @EnumSource(ReferenceRecording.class)
  void noPingIsLostFromTheReferenceToUsAndBack(ReferenceRecording recording) throws IOException {
    rebuild(recording);
    var found = reference.state();
    startAgent();
    node.awaitReady(STARTUP);
    noneIsLost("after our start");

    addAndRemovePods();
    var gone = List.of(reference.pods().getFirst(), reference.pods().getLast());
    for (var pod : gone) remove(pod);
    noneIsLost("with pods coming and going");

    node.stop();
    noneIsLost("after our end");
    assertThat(reference.state()).isEqualTo(without(found, gone));

    // The reference keeps nothing of ours in the checkpoint, so this is a first start once more.
    reference.dropAgentMember();
    startAgent();
    node.awaitReady(STARTUP);
    noneIsLost("after our second start");
  }

  @ParameterizedTest
  @EnumSource(ReferenceRecording.class)
  void noPingIsLostWhileEc2RefusesEachCallOfOurFirstStart(ReferenceRecording recording)
      throws IOException {
    rebuild(recording);
    testbed.cloud().faults(plan -> plan.add(Fault.always("*", Fault.refuse("Unavailable"))));
    startAgent();
    try (var agent = new AgentView()) {
      Wait.until(
          "the agent answers",
          STARTUP,
          () -> !agent.conditions(node).contains("NoAnswer"),
          node::tails);
    }
    var end = System.nanoTime() + OUTAGE.toNanos();
    while (System.nanoTime() < end) noneIsLost("while EC2 refuses");
    testbed
        .cloud()
        .faults(plan -> List.copyOf(plan.all().keySet()).stream().map(plan::remove).toList());
    node.awaitReady(STARTUP);
    noneIsLost("with EC2");
  }

  private void rebuild(ReferenceRecording recording) throws IOException {
    var logs = Path.of("target/testbed-logs/switch-" + recording);
    var settings =
        TestbedSettings.of(2, ReferenceNode.TYPE, logs)
            .withPrimaryIps(ReferenceNode.PRIMARY, OTHER);
    for (var setting : recording.settings().entrySet()) {
      settings = settings.with(setting.getKey(), setting.getValue());
    }
    testbed = new Testbed(settings, teardown);
    reference = ReferenceNode.rebuild(testbed, recording);
    node = reference.node();
    assertThat(reference.state()).containsAll(reference.recordedRulesAndRoutes());
    for (var pod : reference.pods()) start(pod);
    noneIsLost("before our start");
  }

  private void startAgent() throws IOException {
    node.init();
    node.start();
  }

  private void start(Pod pod) throws IOException {
    pings.start(pod.name() + "-from-the-other-node", testbed.nodes().get(1).netns(), pod.ip());
    pings.start(pod.name() + "-to-the-internet", pod.netnsPath(), VpcNetwork.INTERNET);
  }

  private void noneIsLost(String when) throws IOException {
    pings.awaitRound();
    assertThat(pings.losses()).as("pings lost %s%s", when, node.tails()).isEmpty();
  }

  private void addAndRemovePods() throws IOException {
    var added = new ArrayList<Pod>();
    for (int i = 0; i < 3; i++) {
      added.add(testbed.pods().add(node, "new-" + i));
      start(added.getLast());
    }
    noneIsLost("with three more pods");
    for (var pod : added) {
      remove(pod);
      Checks.released(node, pod.ip());
    }
  }

  private void remove(Pod pod) throws IOException {
    pings.stop(pod.name() + "-from-the-other-node");
    pings.stop(pod.name() + "-to-the-internet");
    testbed.pods().remove(pod);
  }

  /**
   * Returns the state without what names one of the pods, and without the routes of ENIs that the
   * pool has freed.
   */
  private List<String> without(List<String> state, List<Pod> gone) throws IOException {
    var links = node.run("ip", "-o", "link");
    var kept = new ArrayList<String>();
    for (var line : state) {
      var dev = line.replaceFirst("^.* dev (eth\\d+) .*$", "$1");
      boolean freed = !dev.equals(line) && !links.contains(" " + dev + "@");
      boolean ended =
          gone.stream().anyMatch(pod -> line.matches(".*\\b" + pod.ip() + "\\b(?!/).*"));
      if (!freed && !ended) kept.add(line);
    }
    return kept;
  }
}
