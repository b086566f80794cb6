package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.faults.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A person finds out with the command line alone how a node does: first a healthy one, then one
 * with a planted fault after the other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CliIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Teardown teardown = new Teardown();
  private final AgentView agent = new AgentView();
  private Testbed testbed;
  private Node node;
  private Pod pod;

  @BeforeAll
  void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    testbed =
        new Testbed(
            TestbedSettings.of(1, "m5.large", Path.of("target/testbed-logs/command-line"))
                .with("WARM_IP_TARGET", "2"),
            teardown);
    testbed.startAgents();
    node = testbed.nodes().getFirst();
    pod = testbed.pods().add(node, "web-0");
  }

  @AfterAll
  void stop() {
    agent.close();
    teardown.close();
  }

  @Test
  @Order(1)
  void aHealthyNodeIsReadyWithAllConnections() throws IOException {
    var waited = CommandOutcome.of(node, "status", "--wait=90");
    assertThat(waited.exitCode()).as("%s", waited).isZero();
    assertThat(waited.out())
        .startsWith("READY  Pods can be added.")
        .contains(node.facts().instanceId());
    var json = CommandOutcome.of(node, "status", "-o", "json").json();
    assertThat(json.getBoolean("ready")).isTrue();
    assertThat(json.getJsonArray("connections"))
        .hasSize(4)
        .allMatch(peer -> ((JsonObject) peer).getBoolean("ok"));
  }

  @Test
  @Order(2)
  void podsAndEnisAreThoseOfTheNode() throws IOException {
    var pods = CommandOutcome.of(node, "pods", "-o", "json").json().getJsonArray("pods");
    assertThat(pods).hasSize(1);
    assertThat(pods.getJsonObject(0).getString("ip")).isEqualTo(pod.ip().toString());
    var table = CommandOutcome.of(node, "pods");
    assertThat(table.out()).contains("NAMESPACE", "web-0", pod.ip().toString());
    var enis = CommandOutcome.of(node, "enis", "-o", "json").json().getJsonArray("enis");
    assertThat(enis.getJsonObject(0).getString("primaryIp")).isEqualTo(node.address().toString());
    assertThat(CommandOutcome.of(node, "enis").out())
        .contains(enis.getJsonObject(0).getString("eniId"));
  }

  @Test
  @Order(3)
  void whatTheAgentDidIsToldWithTheReasons() throws IOException {
    var history = CommandOutcome.of(node, "history");
    assertThat(history.exitCode()).as("%s", history).isZero();
    assertThat(history.out())
        .contains(
            "EC2 is asked for ",
            "WARM_IP_TARGET=2",
            "EC2 has assigned ",
            pod.ip() + " is given to pod default/web-0.",
            "The runtime sent ADD");
    var watched = CommandOutcome.of(node, "watch", "--for", "1");
    assertThat(watched.exitCode()).as("%s", watched).isZero();
    assertThat(watched.out()).contains("Z  assigned 1 free ");
    var subnets = CommandOutcome.of(node, "subnets");
    assertThat(subnets.exitCode()).as("%s", subnets).isZero();
    assertThat(subnets.out()).contains("SUBNET", subnet());
  }

  @Test
  @Order(4)
  void aPodAndAddressesAreExplained() throws IOException {
    var ip = pod.ip().toString();
    var ofPod = CommandOutcome.of(node, "explain", "pod", "default/web-0");
    assertThat(ofPod.exitCode()).as("%s", ofPod).isZero();
    assertThat(ofPod.out()).startsWith(ip + " is assigned to pod default/web-0, for ");
    assertThat(CommandOutcome.of(node, "explain", "ip", ip).out()).contains("default/web-0");
    assertThat(CommandOutcome.of(node, "explain", "ip", node.address().toString()).out())
        .contains("primary address");
    var elsewhere = CommandOutcome.of(node, "explain", "pod", "default/elsewhere");
    assertThat(elsewhere.exitCode()).isOne();
    assertThat(elsewhere.out()).contains("it is on another node");
  }

  // ---- planted faults: status names the cause and the next step

  @Test
  @Order(10)
  void aMissingPermission() throws IOException {
    testbed
        .cloud()
        .faults(
            plan ->
                plan.add(
                    Fault.always(
                        "AssignPrivateIpAddresses", Fault.refuse("UnauthorizedOperation"))));
    wantMore("8");
    awaitCondition("NoPermission AssignPrivateIpAddresses");
    var outcome = CommandOutcome.of(node, "status");
    assertThat(outcome.out())
        .as("%s", outcome)
        .contains("NoPermission AssignPrivateIpAddresses", "IAM role of aws-node");
    testbed
        .cloud()
        .faults(plan -> List.copyOf(plan.all().keySet()).stream().map(plan::remove).toList());
  }

  @Test
  @Order(11)
  void aFullSubnet() throws IOException {
    node.ipamd().restartAsAtFirst();
    awaitReady();
    var subnet = subnet();
    testbed.cloud().perform(new OccupySubnet(subnet, 0, false), Instant.now());
    wantMore("10");
    awaitCondition("SubnetExhausted " + subnet);
    var outcome = CommandOutcome.of(node, "status");
    assertThat(outcome.out())
        .as("%s", outcome)
        .contains("SubnetExhausted " + subnet, "ENABLE_SUBNET_DISCOVERY");
    var subnets = CommandOutcome.of(node, "subnets");
    assertThat(subnets.exitCode()).as("%s", subnets).isOne();
    assertThat(subnets.out()).contains("SubnetExhausted", "What to do: ");
  }

  @Test
  @Order(12)
  void aNetProgrammerThatIsNotThere() throws IOException {
    node.netProgrammer().kill();
    awaitCondition("DataplaneUnreachable");
    var outcome = CommandOutcome.of(node, "status");
    assertThat(outcome.exitCode()).as("%s", outcome).isOne();
    assertThat(outcome.out())
        .startsWith("NOT READY  No pod can be added: net-programmer cannot be used")
        .contains("failing", "container of net-programmer");
    node.netProgrammer().startAgain();
    awaitReady();
  }

  @Test
  @Order(13)
  void aMissingEniConfig() throws IOException {
    node.ipamd().restart(Map.of("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"));
    wantMore("12");
    awaitCondition("EniConfigMissing");
    var outcome = CommandOutcome.of(node, "status");
    assertThat(outcome.out())
        .as("%s", outcome)
        .contains("EniConfigMissing", "Create the ENIConfig");
  }

  @Test
  @Order(14)
  void anAgentThatIsNotThere() throws IOException {
    node.ipamd().kill();
    var outcome = CommandOutcome.of(node, "status");
    assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(3);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("vpc-cni: ")
        .contains("/var/run/aws-node/ipamd.sock", "What to do: Is aws-node running on this node?");
  }

  // ---- vocabulary

  private void wantMore(String addresses) throws IOException {
    agent.annotate(testbed, node, "warm-ip-target", addresses);
  }

  private String subnet() throws IOException {
    return CommandOutcome.of(node, "enis", "-o", "json")
        .json()
        .getJsonArray("enis")
        .getJsonObject(0)
        .getString("subnetId");
  }

  private void awaitReady() throws IOException {
    var outcome = CommandOutcome.of(node, "status", "--wait=90");
    assertThat(outcome.exitCode()).as("%s", outcome).isZero();
  }

  /** Waits for the condition without the command line, which would take the agent's processor. */
  private void awaitCondition(String condition) throws IOException {
    Wait.until(
        condition,
        PATIENCE,
        () -> agent.conditions(node).stream().anyMatch(each -> each.startsWith(condition)),
        node::tails);
  }
}
