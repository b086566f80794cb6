package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.fails;
import static io.vpccni.e2e.scenario.CniNode.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Node;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** STATUS by default, asked of the real executable with real daemons. */
@ExtendWith(CniNodeExtension.class)
class StatusIT {
  private static final String FOLDER = "/var/run/aws-node";
  private static final String STAMP = "last-ready";

  private final CniNode cni;
  private final Node node;

  StatusIT(CniNode cni) {
    this.cni = cni;
    this.node = cni.node();
  }

  /** The node is one that could serve, and its agent keeps a stamp. */
  @BeforeEach
  void safe() throws IOException {
    node.ipamd().restart(Map.of("CNI_STATUS_MODE", "safe"));
    waitFor("the stamp is there", () -> stamped());
  }

  private void removeStamp() throws IOException {
    node.run("rm", "-f", FOLDER + "/" + STAMP);
  }

  private boolean stamped() throws IOException {
    return !node.run("find", FOLDER, "-name", STAMP).isEmpty();
  }

  /** Without the stamp STATUS succeeds only once the next agent can serve. */
  @AfterEach
  void asAtFirst() throws IOException {
    node.ipamd().kill();
    removeStamp();
    node.ipamd().restartAsAtFirst();
    waitFor("STATUS succeeds", () -> cni.status().succeeded());
  }

  @Test
  void noAnswerFailsWhileTheAgentIsReplaced() throws IOException {
    try (var poller = new StatusPoller(cni)) {
      poller.awaitAnswers();
      node.ipamd().kill();
      poller.awaitAnswers();
      assertThat(cni.status().stderr()).contains("the node agent does not answer");
      node.ipamd().startAgain();
      poller.awaitAnswers();
      node.ipamd().kill();
      node.netProgrammer().kill();
      poller.awaitAnswers();
      node.ipamd().startAgain();
      poller.awaitAnswers();
      node.netProgrammer().startAgain();
      poller.awaitAnswers();
      var pod = cni.sandbox();
      waitFor("a pod is added", () -> cni.call("ADD", pod, cni.config("1.1.0")).succeeded());
      poller.awaitAnswers();
      cni.end(pod);
      assertThat(poller.failures()).isEmpty();
    }
  }

  @Test
  void aFreshNodeIsNotReadyBeforeItCanServe() throws IOException {
    node.ipamd().kill();
    removeStamp();
    fails(cni.status(), 50);
    node.netProgrammer().pause();
    try {
      node.ipamd().startAgain();
      waitFor(
          "the agent answers", () -> !cni.status().json().getString("msg").contains("node agent:"));
      fails(cni.status(), 50);
    } finally {
      node.netProgrammer().resume();
    }
    waitFor("STATUS succeeds", () -> cni.status().succeeded());
    waitFor("the stamp is there", () -> stamped());
  }
}
