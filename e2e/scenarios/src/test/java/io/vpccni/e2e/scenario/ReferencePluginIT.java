package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The reference's plugin goes on working while its node is moved, and so do the pods it wired. */
@ExtendWith(TestbedExtension.class)
class ReferencePluginIT {
  /** It has the native transport, which the parameter of vertx-junit5 lacks. */
  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  private static final Duration READY = Duration.ofSeconds(60);

  /** An m5.large's primary ENI has 9 addresses for pods; this is more. */
  private static final int MOST_PODS = 11;

  /** The address belongs to no ENI, so the audit of links reports a link that routes to it. */
  private static final String FOREIGN = "192.0.2.77";

  private final Testbed testbed;
  private final Node node;
  private final ReferencePlugin plugin;

  ReferencePluginIT(Testbed testbed) {
    this.testbed = testbed;
    this.node = testbed.nodes().getFirst();
    this.plugin = new ReferencePlugin(VERTX, node);
  }

  @AfterAll
  static void stop() throws Exception {
    await(VERTX.close());
  }

  @Test
  void itGetsAnAddressAndGivesItBack() throws Exception {
    var pod = PodNetwork.of("moved", "cd".repeat(32), "/run/netns/moved");
    var added = plugin.addNetwork(pod);
    assertThat(added.getSuccess()).isTrue();
    var ip = added.getIPAllocationMetadata(0).getIPv4Addr();
    assertThat(Checks.allocated(node)).contains(ip);
    var deleted = plugin.delNetwork(pod);
    assertThat(deleted.getSuccess()).isTrue();
    assertThat(deleted.getIPAllocationMetadata(0).getIPv4Addr()).isEqualTo(ip);
    Checks.released(node, Ip.parse(ip));
  }

  @Test
  void podsItWiredOutliveRestartsAndAuditsAndEndWithOurPlugin() throws Exception {
    var before = PodTraces.of(node);
    var pods = podsOnTwoEnis();
    Checks.settled(node);
    var wired = kernel();

    node.run("ip", "link", "add", "eniforeign", "type", "veth", "peer", "name", "foreign");
    node.run("ip", "link", "set", "eniforeign", "up");
    node.run("ip", "route", "add", FOREIGN + "/32", "dev", "eniforeign");
    node.ipamd().kill();
    node.netProgrammer().kill();
    node.netProgrammer().startAgain();
    node.ipamd().startAgain();
    node.awaitReady(READY);
    try (var view = new AgentView()) {
      Wait.until(
          "the links were audited",
          Duration.ofSeconds(60),
          () -> view.conditions(node).stream().anyMatch(told -> told.endsWith(FOREIGN)),
          () -> ": " + view.conditions(node));
    }
    node.run("ip", "link", "del", "eniforeign");

    assertThat(kernel()).isEqualTo(wired);
    for (var pod : pods) {
      assertThat(Checks.allocated(node)).contains(pod.ip().toString());
      assertThat(Checks.pings(node, pod.ip())).as("node to %s", pod.ip()).isTrue();
      assertThat(Checks.pings(pod.on(node), node.address())).as("from %s", pod.ip()).isTrue();
    }
    var next = testbed.pods().addPatiently(node, "beside-the-moved");
    assertThat(pods).noneMatch(pod -> pod.ip().equals(next.ip()));
    assertThat(Checks.pings(pods.getLast().on(node), next.ip())).isTrue();
    Checks.remove(next, testbed);

    for (var pod : pods) {
      var config = node.runtime().config().put("prevResult", pod.result());
      var answer = node.runtime().exec("aws-cni", pod.pod().environment("DEL"), config.encode());
      assertThat(answer.succeeded()).as("%s", answer).isTrue();
      Checks.released(node, pod.ip());
      testbed.pods().removeNamespace(pod.pod());
    }
    before.awaitOn(node);
  }

  /** Adds pods on two ENIs, since those on the secondary one have one more rule. */
  private List<ReferencePlugin.Given> podsOnTwoEnis() throws Exception {
    var pods = new ArrayList<ReferencePlugin.Given>();
    do {
      pods.add(plugin.add(testbed.pods().sandbox("moved-" + pods.size())));
    } while (pods.size() < MOST_PODS && pods.getLast().table() == pods.getFirst().table());
    assertThat(pods.getLast().table()).isNotEqualTo(pods.getFirst().table());
    return pods;
  }

  private List<String> kernel() throws IOException {
    return Checks.kernel(node).stream().sorted().toList();
  }
}
