package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In every mode the answer of the network policy agent, or its silence, decides over each pod. */
@ExtendWith(TestbedExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkPolicyIT {
  /** It has the native transport, which the parameter of vertx-junit5 lacks. */
  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  private static final Duration READY = Duration.ofSeconds(60);

  /** Connecting takes at most 2 s and a call 5 s, while a runtime waits for minutes. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Node node;
  private final Testbed testbed;

  NetworkPolicyIT(Testbed testbed) {
    this.testbed = testbed;
    this.node = testbed.nodes().getFirst();
  }

  @AfterAll
  void noModeForOthers() throws Exception {
    node.ipamd().restartAsAtFirst();
    node.awaitReady(READY);
    await(VERTX.close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "standard", "strict"})
  void aPodIsThereOnlyIfThePolicyAgentHasAgreed(String mode) throws Exception {
    mode(mode);
    var before = PodTraces.of(node);
    var pod = testbed.pods().sandbox("policy-" + mode);
    var asked = "enforce default/%s %s 1".formatted(pod.name(), mode);

    failsAndIsUndone(pod, before);
    try (var agent = PolicyAgent.silent(VERTX, node)) {
      failsAndIsUndone(pod, before);
      assertThat(agent.told()).startsWith(asked);
    }
    try (var agent = PolicyAgent.refusing(VERTX, node)) {
      failsAndIsUndone(pod, before);
      assertThat(agent.told()).startsWith(asked);
    }
    try (var agent = PolicyAgent.accepting(VERTX, node)) {
      var answer = call("ADD", pod);
      assertThat(answer.succeeded()).as("%s", answer).isTrue();
      assertThat(agent.told()).containsExactly(asked);
      assertThat(Checks.pings(node, answer.address())).isTrue();
      assertThat(Checks.allocated(node)).contains(answer.address().toString());
      assertThat(call("DEL", pod).succeeded()).isTrue();
      assertThat(agent.told()).containsExactly(asked, "delete default/" + pod.name());
    }
    testbed.pods().removeNamespace(pod);
    before.awaitOn(node);
  }

  @Test
  void whatListensThereAndIsNoPolicyAgentFailsAPodInTimeAndSaysWhy() throws Exception {
    mode("strict");
    var before = PodTraces.of(node);
    var pod = testbed.pods().sandbox("policy-broken");
    try (var agent = BrokenPolicyAgent.mute(VERTX, node)) {
      assertThat(failsAndIsUndone(pod, before)).contains("npa.sock: no answer within 5.0 s");
      assertThat(agent.connections()).isOne();
    }
    try (var agent = BrokenPolicyAgent.dying(VERTX, node)) {
      assertThat(failsAndIsUndone(pod, before)).contains("npa.sock: ", "closed");
      assertThat(agent.connections()).isOne();
    }
    try (var agent = PolicyAgent.accepting(VERTX, node)) {
      assertThat(call("ADD", pod).succeeded()).isTrue();
      assertThat(call("DEL", pod).succeeded()).isTrue();
      assertThat(agent.told()).hasSize(2);
    }
    testbed.pods().removeNamespace(pod);
    before.awaitOn(node);
  }

  @Test
  void aPolicyAgentThatIsGoneDoesNotKeepAPodFromEnding() throws Exception {
    mode("strict");
    var before = PodTraces.of(node);
    var pod = testbed.pods().sandbox("policy-gone");
    try (var agent = PolicyAgent.accepting(VERTX, node)) {
      assertThat(call("ADD", pod).succeeded()).isTrue();
      assertThat(agent.told()).hasSize(1);
    }
    assertThat(call("DEL", pod).succeeded()).isTrue();
    testbed.pods().removeNamespace(pod);
    before.awaitOn(node);
  }

  /**
   * Checks that the ADD fails and that the sandbox is as before, so that the same ADD can be made
   * again.
   *
   * @return what the plugin said
   */
  private String failsAndIsUndone(PodNetwork pod, PodTraces before) throws IOException {
    long start = System.nanoTime();
    var answer = call("ADD", pod);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE);
    assertThat(answer.exitCode()).isNotZero();
    var why = answer.json().getString("msg");
    assertThat(why).contains("add cmd: failed to setup network policy");
    before.awaitOn(node);
    var netns = Path.of(pod.netns()).getFileName().toString();
    assertThat(Tool.run(List.of(), "ip", "-n", netns, "-o", "link").lines())
        .noneMatch(link -> link.contains("eth0"));
    return why;
  }

  private CniAnswer call(String verb, PodNetwork pod) throws IOException {
    return node.runtime().exec("aws-cni", pod.environment(verb), node.runtime().config().encode());
  }

  private void mode(String mode) throws IOException {
    node.ipamd().restart(Map.of("NETWORK_POLICY_ENFORCING_MODE", mode));
    node.awaitReady(READY);
  }
}
