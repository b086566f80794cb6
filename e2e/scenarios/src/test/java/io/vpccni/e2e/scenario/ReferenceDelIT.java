package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The reference's DEL ends pods that our plugin added once a node has gone back to it. */
@ExtendWith(TestbedExtension.class)
class ReferenceDelIT {
  /** It has the native transport, which the parameter of vertx-junit5 lacks. */
  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  private static final Duration READY = Duration.ofSeconds(60);

  /** A pod without its veth is given up after a minute, and an audit is made every half minute. */
  private static final Duration AUDITED = Duration.ofSeconds(150);

  /** An m5.large's primary ENI has 9 addresses for pods; this is more. */
  private static final int PODS = 11;

  private final Testbed testbed;
  private final Node node;
  private final ReferencePlugin plugin;

  ReferenceDelIT(Testbed testbed) {
    this.testbed = testbed;
    this.node = testbed.nodes().getFirst();
    this.plugin = new ReferencePlugin(VERTX, node);
  }

  @AfterAll
  static void stop() throws Exception {
    await(VERTX.close());
  }

  private record Added(PodNetwork pod, CniAnswer result) {
    String ip() {
      return result.address().toString();
    }
  }

  /** Adds pods on two ENIs, since those on the secondary one have one more rule. */
  private List<Added> pods(String name, int count) throws IOException {
    var pods = new ArrayList<Added>();
    for (int i = 0; i < count; i++) {
      var pod = testbed.pods().sandbox(name + "-" + i);
      var answer = new CniAnswer[1];
      Wait.until(
          pod.name() + " is added",
          READY,
          () -> {
            answer[0] =
                node.runtime()
                    .exec(CniNode.PLUGIN, pod.environment("ADD"), node.runtime().config().encode());
            return answer[0].succeeded();
          },
          () -> ": " + answer[0]);
      pods.add(new Added(pod, answer[0]));
    }
    return pods;
  }

  private void explained(List<Added> pods) throws IOException {
    var kernel = String.join("\n", Checks.kernel(node)).replace('\t', ' ');
    for (var pod : pods)
      assertThat(kernel).contains("512: from all to " + pod.ip() + " lookup main");
    assertThat(kernel).contains("1536: from " + pods.getLast().ip() + " lookup ");
  }

  @Test
  void withTheAgentItsReplyIsTakenDown() throws Exception {
    var before = PodTraces.of(node);
    var pods = pods("ours", PODS);
    explained(pods);
    for (var pod : pods) {
      plugin.del(pod.pod(), pod.result().json());
      testbed.pods().removeNamespace(pod.pod());
      Checks.released(node, pod.result().address());
      plugin.del(pod.pod(), pod.result().json());
    }
    before.awaitOn(node);
  }

  @Test
  void withoutTheAgentTheResultOfOurAddIsTakenDown() throws Exception {
    var before = PodTraces.of(node);
    var pods = pods("alone", PODS);
    explained(pods);
    node.ipamd().kill();
    node.netProgrammer().kill();
    for (var pod : pods) {
      plugin.del(pod.pod(), pod.result().json());
      testbed.pods().removeNamespace(pod.pod());
    }
    Wait.until(
        "nothing is left in the kernel",
        Checks.PATIENCE,
        () -> Checks.kernel(node).stream().noneMatch(line -> ofAny(pods, line)),
        () -> ": " + kernel());

    node.netProgrammer().startAgain();
    node.ipamd().startAgain();
    node.awaitReady(READY);
    Wait.until(
        "the agent has missed the pods",
        AUDITED,
        () -> Checks.allocated(node).equals(before.allocated()));
    before.awaitOn(node);
  }

  private static boolean ofAny(List<Added> pods, String line) {
    return pods.stream().anyMatch(pod -> (" " + line + " ").contains(" " + pod.ip() + " "));
  }

  private List<String> kernel() {
    try {
      return Checks.kernel(node);
    } catch (IOException broken) {
      return List.of(broken.toString());
    }
  }
}
