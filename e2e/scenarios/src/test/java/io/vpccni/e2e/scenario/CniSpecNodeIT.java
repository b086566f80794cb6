package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.fails;
import static io.vpccni.e2e.scenario.CniNode.succeeds;
import static io.vpccni.e2e.scenario.CniNode.waitFor;
import static io.vpccni.e2e.scenario.SpecRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The executable on a node with its agent does what the CNI specification 1.1 demands of plugins
 * beside single attachments, one row for each demand. {@link CniSpecIT} has the attachments.
 */
@ExtendWith(CniNodeExtension.class)
class CniSpecNodeIT {
  private final CniNode cni;

  CniSpecNodeIT(CniNode cni) {
    this.cni = cni;
  }

  @TestFactory
  Stream<DynamicTest> thePlugin() {
    return Stream.of(
        row("2, STATUS", "zero when an ADD would be served", this::statusIsReady),
        row("2, STATUS", "an error when it would not", this::statusIsNotReady),
        row("2, STATUS", "is not relied upon", this::statusIsNotNeeded),
        row("2, VERSION; 5, VERSION", "both keys, without the agent's help", this::versions),
        row("2, GC", "removes what is not valid, and says nothing", this::collects),
        row("2, GC", "is about one network", this::collectsOfOneNetwork),
        row("2, GC and STATUS; 4", "there is nobody to delegate to", this::delegatesNothing));
  }

  // ---- STATUS, VERSION

  private void statusIsReady() throws IOException {
    assertThat(succeeds(cni.status()).stdout()).isEmpty();
  }

  private void statusIsNotReady() throws IOException {
    cni.node().netProgrammer().kill();
    try {
      waitFor("STATUS says no", () -> cni.status().exitCode() != 0);
      fails(cni.status(), 50);
    } finally {
      cni.node().netProgrammer().startAgain();
    }
    waitFor("STATUS says yes again", () -> cni.status().succeeded());
  }

  /** Checks that an agent whose first call is an ADD adds the pod. */
  private void statusIsNotNeeded() throws IOException {
    var ipamd = cni.node().ipamd();
    ipamd.kill();
    ipamd.startAgain();
    var pod = cni.testbed().pods().addPatiently(cni.node(), "before-status");
    assertThat(Checks.pings(cni.node(), pod.ip())).isTrue();
    Checks.remove(pod, cni.testbed());
  }

  private void versions() throws IOException {
    cni.node().ipamd().pause();
    try {
      for (var asked : List.of("0.4.0", "1.0.0", "1.1.0")) {
        var stdin = new JsonObject().put("cniVersion", asked).encode();
        var environment = Map.of("CNI_COMMAND", "VERSION");
        var answer = cni.node().runtime().exec(CniNode.PLUGIN, environment, stdin);
        assertThat(succeeds(answer).json().getString("cniVersion")).isEqualTo(asked);
        assertThat(answer.json().getJsonArray("supportedVersions"))
            .isEqualTo(JsonArray.of("0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"));
      }
    } finally {
      cni.node().ipamd().resume();
    }
  }

  // ---- GC and others

  private void collects() throws IOException {
    var keeps = cni.sandbox();
    var loses = cni.sandbox();
    var kept = cni.added(keeps).address();
    var lost = cni.added(loses).address();
    cni.remove(loses);
    assertThat(cni.collect(List.of(keeps)).stdout()).isEmpty();
    Checks.released(cni.node(), lost);
    assertThat(Checks.allocated(cni.node())).containsExactly(kept.toString());
    assertThat(Checks.pings(cni.node(), kept)).isTrue();
    cni.end(keeps);
  }

  private void collectsOfOneNetwork() throws IOException {
    var pod = cni.sandbox();
    var ip = cni.added(pod).address();
    var other =
        cni.config("1.1.0").put("name", "other").put("cni.dev/valid-attachments", new JsonArray());
    succeeds(cni.exec(CniNode.environment("GC"), other));
    assertThat(Checks.allocated(cni.node())).containsExactly(ip.toString());
    cni.end(pod);
  }

  private void delegatesNothing() throws IOException {
    var pod = cni.sandbox();
    var config =
        cni.config("1.1.0")
            .put("ipam", new JsonObject().put("type", "not-on-this-node"))
            .put("cni.dev/valid-attachments", new JsonArray());
    var ip = cni.added(pod, config).address();
    succeeds(cni.call("CHECK", pod, config));
    succeeds(cni.exec(CniNode.environment("STATUS"), config));
    succeeds(cni.exec(CniNode.environment("GC"), config));
    Checks.released(cni.node(), ip);
    succeeds(cni.call("DEL", pod, config));
    cni.remove(pod);
  }
}
