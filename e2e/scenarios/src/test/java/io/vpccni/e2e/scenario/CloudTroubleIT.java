package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.http.Gate;
import io.vpccni.sim.http.Servers.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real agent is failed by the cloud and killed at each step of an ENI's life. Afterwards each
 * ENI is complete or gone, and pods are served from what the node has all the time.
 *
 * <p>The order of the tests wastes no time: an ENI is not freed before it is a minute old, and a
 * missing permission is tried again after a minute.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CloudTroubleIT {
  /** This type has room for one ENI for each step. */
  private static final String TYPE = "m5.24xlarge";

  private static final int PER_ENI = 49;

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Fault.Kind ANSWERED_TOO_LATE = new Fault.Kind.Delay(Duration.ofMinutes(10));
  private static final Fault.Kind NEVER_DONE = new Fault.Kind.Hang();
  private static final int ENIS_TO_FREE = 5;

  /**
   * The agent frees no ENI that it has known for less than a minute, and it knows an ENI from its
   * attach on.
   */
  private static final Duration OLD_ENOUGH = Duration.ofSeconds(75);

  private final Teardown teardown = new Teardown();
  private final AgentView agent = new AgentView();
  private Testbed testbed;
  private Node creating;
  private Node freeing;
  private Node living;
  private int pods;

  @BeforeAll
  void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    testbed =
        new Testbed(
            TestbedSettings.of(3, TYPE, Path.of("target/trouble-logs"))
                .with("WARM_IP_TARGET", "10"),
            teardown);
    creating = testbed.nodes().get(0);
    freeing = testbed.nodes().get(1);
    living = testbed.nodes().get(2);
    setWarmTarget(freeing, 1 + ENIS_TO_FREE);
    testbed.startAgents();
    await(freeing, "ENIs to free", () -> attached(freeing).size() == 1 + ENIS_TO_FREE);
  }

  @AfterEach
  void heal() {
    testbed
        .cloud()
        .faults(plan -> List.copyOf(plan.all().keySet()).stream().map(plan::remove).toList());
  }

  @AfterAll
  void stop() {
    agent.close();
    teardown.close();
  }

  @Test
  @Order(1)
  void aMissingPermissionIsToldAndPodsAreServedAllTheSame() throws IOException {
    // What the nodes made as they started is no attempt of this test.
    testbed.cloud().log().clear();
    plan(Fault.always("CreateNetworkInterface", Fault.refuse("UnauthorizedOperation")));
    setWarmTarget(living, 2);
    await(
        living,
        "a condition",
        () -> agent.conditions(living).contains("NoPermission CreateNetworkInterface"));
    await(
        living,
        "an event for the agent's pod",
        () -> agent.events(testbed).contains("MissingIAMPermissions ec2:CreateNetworkInterface"));
    addPod(living);
    assertThat(testbed.cloud().log().count("CreateNetworkInterface"))
        .as("not in a hot loop")
        .isLessThan(5);
  }

  @ParameterizedTest(name = "kill -9 in {0}, done by EC2: {1}")
  @CsvSource({
    "CreateNetworkInterface, false",
    "CreateNetworkInterface, true",
    "AttachNetworkInterface, false",
    "AttachNetworkInterface, true",
    "ModifyNetworkInterfaceAttribute, false",
    "ModifyNetworkInterfaceAttribute, true",
  })
  @Order(2)
  void anAgentKilledWhileItCreatesAnEni(String action, boolean done) throws IOException {
    testbed.cloud().log().clear();
    plan(Fault.always(action, done ? ANSWERED_TOO_LATE : NEVER_DONE));
    int desired = attached(creating).size() + 1;
    setWarmTarget(creating, desired);
    await(creating, action, () -> testbed.cloud().log().count(action) > 0);
    creating.ipamd().kill();
    heal();
    creating.ipamd().startAgain();
    await(creating, "the ENI that was wanted", () -> attached(creating).size() == desired);
    allIsWell(creating);
  }

  /**
   * One decision frees all of them, so each can be held in a step of its own: the first is marked
   * and EC2 never hears of it, the second is detached and the agent does not know, the third is
   * detached and the agent knows, the fourth is deleted and the agent does not know, and the fifth
   * goes through all steps.
   */
  @Test
  @Order(3)
  void anAgentKilledWhileItFreesEnis() throws IOException {
    await(
        freeing,
        "all ENIs are old enough to be freed",
        () ->
            attached(freeing).stream()
                .map(eni -> eni.attachment().orElseThrow().attachedAt())
                .allMatch(at -> at.plus(OLD_ENOUGH).isBefore(Instant.now())));
    assertThat(attached(freeing)).hasSize(1 + ENIS_TO_FREE);
    var victims = attached(freeing).subList(1, ENIS_TO_FREE + 1);
    plan(about("DetachNetworkInterface", attachment(victims.get(0)), NEVER_DONE));
    plan(about("DetachNetworkInterface", attachment(victims.get(1)), ANSWERED_TOO_LATE));
    plan(about("DeleteNetworkInterface", victims.get(2).id(), NEVER_DONE));
    plan(about("DeleteNetworkInterface", victims.get(3).id(), ANSWERED_TOO_LATE));
    setWarmTarget(freeing, 1);
    await(
        freeing,
        "one ENI in each step, and one through all of them",
        () ->
            asked("Detach", attachment(victims.get(0)))
                && asked("Detach", attachment(victims.get(1)))
                && asked("Delete", victims.get(2).id())
                && asked("Delete", victims.get(3).id())
                && testbed.cloud().state().enis().find(victims.get(4).id()).isEmpty());
    addPod(freeing);
    freeing.ipamd().kill();
    heal();
    freeing.ipamd().startAgain();
    await(
        freeing,
        "what was to be freed is gone",
        () ->
            victims.stream()
                .allMatch(eni -> testbed.cloud().state().enis().find(eni.id()).isEmpty()));
    allIsWell(freeing);
  }

  @Test
  @Order(4)
  void aPermissionThatWasGrantedIsUsedWithinAMinuteOrSo() throws IOException {
    await(
        living,
        "the ENI",
        () -> attached(living).size() == 2 && agent.conditions(living).isEmpty());
    allIsWell(living);
  }

  @Test
  @Order(5)
  void withEc2ImdsAndTheApiServerDownAnAgentThatStartsServesPods() throws IOException {
    var servers = testbed.sim().servers();
    servers.gate(Service.EC2).mode(new Gate.Mode.Refusing());
    servers.gate(Service.IMDS).mode(new Gate.Mode.Hanging());
    testbed.sim().kubernetes().refuse();
    try {
      addPod(living);
      living.ipamd().kill();
      living.ipamd().startAgain();
      await(living, "a pod from what was known", () -> added(living));
      await(living, "a condition", () -> agent.conditions(living).contains("ImdsUnreachable"));
    } finally {
      servers.gate(Service.EC2).mode(Gate.UP);
      servers.gate(Service.IMDS).mode(Gate.UP);
      testbed.sim().kubernetes().heal();
    }
    await(living, "no condition any more", () -> agent.conditions(living).isEmpty());
    allIsWell(living);
  }

  /** Sets a warm target that takes this many ENIs, with some room for the pods of these tests. */
  private void setWarmTarget(Node node, int enis) throws IOException {
    agent.annotate(testbed, node, "warm-ip-target", "" + (PER_ENI * (enis - 1) + 10));
  }

  private boolean asked(String action, String about) {
    return testbed.cloud().log().entries().stream()
        .anyMatch(call -> call.action().startsWith(action) && call.request().contains(about));
  }

  private static Fault about(String action, String id, Fault.Kind kind) {
    return new Fault(action, Optional.of(id), 1, 0, kind);
  }

  private void plan(Fault fault) {
    testbed.cloud().faults(plan -> plan.add(fault));
  }

  private static String attachment(Eni eni) {
    return eni.attachment().orElseThrow().id();
  }

  /** Returns the attached ENIs by device index. */
  private List<Eni> attached(Node node) {
    return testbed
        .cloud()
        .state()
        .enisOf(node.facts().instanceId())
        .sorted(Comparator.comparing(eni -> eni.attachment().orElseThrow().deviceIndex()))
        .toList();
  }

  /**
   * Checks that no ENI is unattached, that each goes with its instance, that the agent knows
   * exactly the attached ENIs with the addresses they have, and that a pod can be added.
   */
  private void allIsWell(Node node) throws IOException {
    await(
        node,
        "no ENI is left unattached",
        () ->
            testbed.cloud().state().enis().stream().allMatch(eni -> eni.attachment().isPresent()));
    await(
        node,
        "every ENI goes with the instance",
        () ->
            attached(node).stream()
                .allMatch(
                    eni -> eni.attachment().filter(Attachment::deleteOnTermination).isPresent()));
    await(
        node,
        "the agent knows what EC2 has",
        () -> agent.enis(node).equals(AgentView.enis(attached(node))));
    addPod(node);
  }

  private void addPod(Node node) throws IOException {
    var pod = testbed.pods().add(node, "pod-" + ++pods);
    assertThat(attached(node)).anyMatch(eni -> eni.ipv4().contains(pod.ip()));
  }

  /** Tries to add a pod, which fails while the agent is still starting. */
  private boolean added(Node node) {
    try {
      addPod(node);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void await(Node node, String what, Wait.Check check) throws IOException {
    Wait.until(node.name() + ": " + what, PATIENCE, check, node::tails);
  }
}
