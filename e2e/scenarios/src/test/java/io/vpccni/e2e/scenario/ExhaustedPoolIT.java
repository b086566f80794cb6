package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.fails;
import static io.vpccni.e2e.scenario.CniNode.succeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.EniCall.UnassignPrivateIpAddresses;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.faults.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The plugin answers, and calls wait, while the cloud has no more addresses. The order of the tests
 * wastes no time: the first one waits for an agent's first look at IMDS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExhaustedPoolIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Within this time no audit misses the veths of a pod, so nobody but the plugin has told the
   * agent.
   */
  private static final Duration BEFORE_ANY_AUDIT = Duration.ofSeconds(20);

  /** The agent reads IMDS each minute and does not miss an address that is younger than that. */
  private static final Duration NEXT_LOOK = Duration.ofSeconds(150);

  private static final int ALL = Integer.MAX_VALUE;

  private final Teardown teardown = new Teardown();
  private final Introspection introspection = new Introspection();
  private final List<PodNetwork> pods = new ArrayList<>();
  private CniNode cni;
  private Node node;

  @BeforeAll
  void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Runtime.getRuntime().addShutdownHook(new Thread(teardown::close));
    var settings =
        TestbedSettings.of(1, "m5.large", Path.of("target/testbed-logs/exhausted"))
            .with("WARM_IP_TARGET", "2")
            .with("IP_COOLDOWN_PERIOD", "0");
    cni = new CniNode(new Testbed(settings, teardown));
    node = cni.node();
    cni.testbed().startAgents();
  }

  @AfterAll
  void stop() {
    introspection.close();
    teardown.close();
  }

  @BeforeEach
  void someAreFree() throws IOException {
    await("free addresses", () -> free() >= 2);
  }

  @AfterEach
  void heal() throws IOException {
    occupy(ALL);
    cloudIsWell();
    for (var pod : pods) cni.end(pod);
    pods.clear();
    // The agent pauses for minutes after what these tests do to it.
    node.ipamd().kill();
    node.ipamd().startAgain();
    node.awaitReady(PATIENCE);
  }

  // ---- STATUS

  @Test
  void whileTheSubnetIsFullNoPodCanBeAddedAndStatusSaysSo() throws IOException {
    occupy(0);
    succeeds(cni.status());
    var first = exhaustForGood();
    var why = fails(cni.status(), 50).json().getString("msg");
    assertThat(why).contains("assigned ", ", free 0", "InsufficientFreeAddressesInSubnet");
    var refused = fails(cni.call("ADD", sandbox(), cni.config("1.1.0")), 11);
    assertThat(refused.json().getString("msg")).contains("InsufficientFreeAddressesInSubnet");

    succeeds(cni.call("DEL", pods.getFirst(), cni.config("1.1.0")));
    Checks.released(node, first);
    await("STATUS says yes again", () -> cni.status().succeeded());
    succeeds(cni.call("ADD", pods.getFirst(), cni.config("1.1.0")));
  }

  @Test
  void whileEc2RefusesStatusTellsTheReason() throws IOException {
    for (var action : List.of("AssignPrivateIpAddresses", "CreateNetworkInterface")) {
      plan(Fault.always(action, Fault.refuse("UnauthorizedOperation")));
    }
    exhaustForGood();
    assertThat(fails(cni.status(), 50).json().getString("msg")).contains("UnauthorizedOperation");
  }

  @Test
  @Order(1)
  void whenARunningPodHasLostItsAddressAsWellItsConnectivityIsLimited() throws IOException {
    occupy(0);
    var lost = exhaustForGood();
    perform(new UnassignPrivateIpAddresses(eniOf(lost).id(), List.of(lost), List.of()));
    occupy(0);
    Wait.until("it is missed", NEXT_LOOK, () -> code(cni.status()) == 51, node::tails);
    assertThat(cni.status().json().getString("msg"))
        .contains("no address is free", "AddressLost " + lost, "delete the pod");
    fails(cni.call("ADD", sandbox(), cni.config("1.1.0")), 11);

    succeeds(cni.call("DEL", pods.getFirst(), cni.config("1.1.0")));
    await("nothing is lost any more", () -> code(cni.status()) != 51);
  }

  // ---- calls whose caller is killed

  @Test
  void anExecThatIsKilledWhileItWaitsLeavesItsPlaceToTheNext() throws IOException {
    var answersLate = new Fault.Kind.Delay(Duration.ofSeconds(8));
    plan(Fault.always("AssignPrivateIpAddresses", answersLate));
    exhaust();
    var before = Checks.allocated(node);
    var process = begin(sandbox());
    await("the call waits", () -> waiting() == 1);
    kill(process);
    Wait.until("it waits no longer", Duration.ofSeconds(2), () -> waiting() == 0);
    await("EC2 has answered", () -> free() > 0);
    assertThat(Checks.allocated(node)).isEqualTo(before);
    cni.added(pods.getLast());
  }

  @Test
  void anExecThatIsKilledWhileItsPodIsWiredLeavesNothing() throws IOException {
    var before = PodTraces.of(node);
    long start;
    node.netProgrammer().pause();
    try {
      var process = begin(sandbox());
      await("it has got an address", () -> !Checks.allocated(node).isEmpty());
      start = System.nanoTime();
      kill(process);
    } finally {
      node.netProgrammer().resume();
    }
    before.awaitOn(node);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BEFORE_ANY_AUDIT);
    assertThat(CniNode.inPod(pods.getFirst(), "-o link")).doesNotContain("eth0");
  }

  // ---- vocabulary

  private PodNetwork sandbox() throws IOException {
    var pod = cni.sandbox();
    pods.add(pod);
    return pod;
  }

  /** Adds pods until no address is free and returns the address of the first one. */
  private Ip exhaust() throws IOException {
    var first = cni.added(sandbox()).address();
    while (free() > 0) cni.added(sandbox());
    return first;
  }

  /**
   * Exhausts the pool and takes what the agent gives back meanwhile, because EC2 may hand it out
   * again.
   */
  private Ip exhaustForGood() throws IOException {
    var first = exhaust();
    await(
        "STATUS says no",
        () -> {
          while (free() > 0) cni.call("ADD", sandbox(), cni.config("1.1.0"));
          return !cni.status().succeeded();
        });
    return first;
  }

  private Process begin(PodNetwork pod) throws IOException {
    return node.runtime()
        .start(CniNode.PLUGIN, pod.environment("ADD"), cni.config("1.1.0").encode());
  }

  private static void kill(Process process) {
    assertThat(process.isAlive()).isTrue();
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static int code(CniAnswer answer) {
    return answer.succeeded() ? 0 : answer.code();
  }

  private long free() throws IOException {
    return introspection.pool(node).getCards(0).getFree();
  }

  private int waiting() throws IOException {
    return introspection.pool(node).getWaiting();
  }

  private Eni eniOf(Ip ip) {
    return cni.testbed().cloud().state().enis().stream()
        .filter(eni -> eni.ipv4().contains(ip))
        .findFirst()
        .orElseThrow();
  }

  /** Occupies the node's subnet but for this many addresses. */
  private void occupy(int free) {
    perform(new OccupySubnet(eniOf(node.address()).subnetId(), free, false));
  }

  private void perform(Ec2Call call) {
    cni.testbed().cloud().perform(call, Instant.now());
  }

  private void plan(Fault fault) {
    cni.testbed().cloud().faults(plan -> plan.add(fault));
  }

  private void cloudIsWell() {
    cni.testbed()
        .cloud()
        .faults(plan -> List.copyOf(plan.all().keySet()).stream().map(plan::remove).toList());
  }

  private void await(String what, Wait.Check check) throws IOException {
    Wait.until(what, PATIENCE, check, node::tails);
  }
}
