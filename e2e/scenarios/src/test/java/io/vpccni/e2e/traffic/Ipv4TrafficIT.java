package io.vpccni.e2e.traffic;

import static io.vpccni.e2e.traffic.TrafficChecks.PATIENCE;
import static io.vpccni.e2e.traffic.TrafficChecks.carries;
import static io.vpccni.e2e.traffic.TrafficChecks.carriesNot;
import static io.vpccni.e2e.traffic.TrafficChecks.seen;
import static io.vpccni.e2e.traffic.TrafficChecks.stoppedBySourceCheck;
import static io.vpccni.e2e.traffic.TrafficChecks.toldToSendLess;
import static io.vpccni.e2e.traffic.TrafficChecks.unanswered;
import static io.vpccni.e2e.traffic.TrafficChecks.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.e2e.traffic.RemoteHosts.Host;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.http.Gate;
import io.vpccni.sim.http.Servers.Service;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.SourceEcho;
import io.vpccni.sim.network.VpcNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of an IPv4 cluster have pods on the primary and on a secondary ENI. Whatever holds is
 * also shown not to hold without the rule or the setting that causes it.
 */
class Ipv4TrafficIT {
  private static final Teardown TEARDOWN = new Teardown();
  private static final Ip NAT_GATEWAY = Ip.parse("198.51.100.200");

  private static Testbed testbed;
  private static RemoteHosts elsewhere;
  private static Node node;
  private static Node otherNode;

  /**
   * The hosts are in a block that the VPC had from the start, in one that is exempt from SNAT, and
   * in neither.
   */
  private static Host inSecondBlock;

  private static Host excluded;
  private static Host outside;

  private static Pod onPrimary;
  private static Pod onSecondary;
  private static Pod far;
  private static Pod farOnSecondary;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Runtime.getRuntime().addShutdownHook(new Thread(TEARDOWN::close));
    var settings =
        TestbedSettings.of(2, "t3.small", Path.of("target/testbed-logs/ipv4"))
            .with("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", "10.99.0.0/16")
            .with("ENABLE_V6_EGRESS", "true");
    testbed = new Testbed(settings, TEARDOWN);
    elsewhere = new RemoteHosts(testbed);
    node = testbed.nodes().get(0);
    otherNode = testbed.nodes().get(1);
    associate("100.64.0.0/16");
    inSecondBlock = elsewhere.host(vpc(), Cidr.parse("100.64.1.0/24"));
    excluded = elsewhere.behindPeering(Cidr.parse("10.99.1.0/24"));
    outside = elsewhere.behindPeering(Cidr.parse("10.98.1.0/24"));
    testbed.startAgents();
    var here = TrafficChecks.onTwoEnis(testbed, node, "here-");
    var there = TrafficChecks.onTwoEnis(testbed, otherNode, "there-");
    onPrimary = here.getFirst();
    onSecondary = here.getLast();
    far = there.getFirst();
    farOnSecondary = there.getLast();
  }

  @AfterAll
  static void stop() throws IOException {
    if (elsewhere != null) elsewhere.close();
    TEARDOWN.close();
  }

  private static String vpc() {
    return elsewhere.vpcOf(node.facts());
  }

  private static void associate(String cidr) throws IOException {
    elsewhere.associate(vpc(), Cidr.parse(cidr));
  }

  @Test
  void podsKeepTheirAddressInEveryBlockOfTheVpcAndNowhereElse() throws IOException {
    try (var _ = SourceEcho.start(farOnSecondary.netnsPath(), farOnSecondary.ip())) {
      for (var pod : List.of(onPrimary, onSecondary)) {
        assertThat(seen(pod, farOnSecondary.ip())).as("in the first block").isEqualTo(pod.ip());
        assertThat(seen(pod, inSecondBlock.ip())).as("in the second block").isEqualTo(pod.ip());
        assertThat(seen(pod, outside.ip())).as("elsewhere").isEqualTo(node.address());
        assertThat(seen(pod, VpcNetwork.INTERNET)).isEqualTo(node.facts().publicIp());
      }
    }
  }

  @Test
  void podsKeepTheirAddressInAnExcludedBlock() throws IOException {
    for (var pod : List.of(onPrimary, onSecondary)) {
      assertThat(seen(pod, excluded.ip())).isEqualTo(pod.ip());
    }
    // The first packet decides, so the rule alone may go; marks would lead it out by the other ENI.
    without(
        node,
        "iptables",
        "nat",
        "AWS SNAT CHAIN EXCLUSION",
        () -> assertThat(seen(onPrimary, excluded.ip())).isEqualTo(node.address()));
  }

  @Test
  void podsThatRunKeepTheirAddressInABlockThatTheVpcGetsLater() throws IOException {
    var imds = testbed.sim().servers().gate(Service.IMDS);
    // The agents learn of it by IMDS: until then it is like any other network.
    imds.mode(new Gate.Mode.Failing(503));
    Host host;
    try {
      associate("100.65.0.0/16");
      host = elsewhere.host(vpc(), Cidr.parse("100.65.1.0/24"));
      assertThat(seen(onPrimary, host.ip())).isEqualTo(node.address());
      assertThat(seen(onSecondary, host.ip())).isEqualTo(node.address());
    } finally {
      imds.mode(Gate.UP);
    }
    for (var pod : List.of(onPrimary, onSecondary, far)) {
      Wait.until(
          pod.name() + " is seen as itself in the new block",
          PATIENCE,
          () -> seen(pod, host.ip()).equals(pod.ip()));
    }
    assertThat(seen(onSecondary, outside.ip())).isEqualTo(node.address());
  }

  @Test
  void aNodePortReachesAPodOnASecondaryEniAndTheReplyTakesTheWayOfTheRequest() throws IOException {
    var internet = Netns.path(testbed.names().internet());
    var service = new NodePortRules(node, onSecondary.ip());
    try (var _ = SourceEcho.start(onSecondary.netnsPath(), onSecondary.ip());
        var _ = service.open()) {
      var publicIp = node.facts().publicIp();
      assertThat(seen(internet, publicIp, NodePortRules.LOCAL))
          .as("externalTrafficPolicy Local keeps the client's address")
          .isEqualTo(VpcNetwork.INTERNET);
      assertThat(seen(internet, publicIp, NodePortRules.CLUSTER)).isEqualTo(node.address());
      assertThat(seen(otherNode.netns(), node.address(), NodePortRules.LOCAL))
          .isEqualTo(otherNode.address());
      assertThat(seen(otherNode.netns(), node.address(), NodePortRules.CLUSTER))
          .isEqualTo(node.address());
      // Unmarked, the reply with the node's primary address leaves by the pod's ENI.
      without(
          node,
          "iptables",
          "mangle",
          "--limit-iface-in",
          () -> stoppedBySourceCheck(testbed, internet, publicIp, NodePortRules.LOCAL));
      assertThat(seen(internet, publicIp, NodePortRules.LOCAL)).isEqualTo(VpcNetwork.INTERNET);
    }
  }

  @Test
  void withExternalSnatPodsKeepTheirAddressEverywhere() throws IOException {
    var pods = List.of(far, farOnSecondary);
    for (var pod : pods) {
      assertThat(seen(pod, outside.ip())).as("before").isEqualTo(otherNode.address());
    }
    setExternalSnat(true);
    try {
      for (var pod : pods) {
        assertThat(seen(pod, outside.ip())).isEqualTo(pod.ip());
        long dropped = testbed.network().unmapped();
        unanswered(pod.netnsPath(), VpcNetwork.INTERNET, 80);
        assertThat(testbed.network().unmapped())
            .as("packets that nobody translated")
            .isGreaterThan(dropped);
      }
      testbed.network().openNatGateway(NAT_GATEWAY);
      for (var pod : pods) {
        assertThat(seen(pod, VpcNetwork.INTERNET)).isEqualTo(NAT_GATEWAY);
      }
    } finally {
      testbed.network().closeNatGateway();
      setExternalSnat(false);
    }
    for (var pod : pods) {
      assertThat(seen(pod, outside.ip())).as("afterwards").isEqualTo(otherNode.address());
    }
  }

  private static void setExternalSnat(boolean on) throws IOException {
    otherNode.ipamd().restart(Map.of("AWS_VPC_K8S_CNI_EXTERNALSNAT", Boolean.toString(on)));
    Wait.until(
        "external SNAT is " + on,
        PATIENCE,
        () -> TrafficChecks.rules(otherNode, "iptables", "nat", "AWS, SNAT").isEmpty() == on);
  }

  @Test
  void podsReachIpv6AsTheirNodeAndAreNotReachedByTheirNodeLocalAddress() throws IOException {
    var nodeIpv6 = node.facts().ipv6().orElseThrow();
    for (var pod : List.of(onPrimary, onSecondary)) {
      assertThat(seen(pod, VpcNetwork.INTERNET_V6)).isEqualTo(nodeIpv6);
    }
    without(
        node,
        "ip6tables",
        "nat",
        "AWS, egress",
        () -> stoppedBySourceCheck(testbed, onPrimary.netnsPath(), VpcNetwork.INTERNET_V6, 80));
    assertThat(seen(onPrimary, VpcNetwork.INTERNET_V6)).isEqualTo(nodeIpv6);

    var local = new NodeLocalInterface(onPrimary).address();
    // A pod that tries: of itself it would look for the address on its own link.
    new NodeLocalInterface(onSecondary).routeThroughNode(local);
    try (var _ = SourceEcho.start(onPrimary.netnsPath(), local)) {
      unanswered(onSecondary.netnsPath(), local, 80);
      without(
          node,
          "ip6tables",
          "filter",
          "Block Node Local Pod access",
          () -> assertThat(seen(onSecondary, local)).isEqualTo(nodeIpv6));
    }
  }

  @Test
  void packetsOf9001BytesCrossTheVpcAnd1500TheInternet() throws IOException {
    for (var pod : List.of(onPrimary, onSecondary)) {
      carries(pod, farOnSecondary.ip(), 9001 - 28);
      carriesNot(pod, farOnSecondary.ip(), 9002 - 28);
      carries(pod, VpcNetwork.INTERNET, 1500 - 28);
      toldToSendLess(pod, VpcNetwork.INTERNET, 1501 - 28, "mtu = 1500");
    }
    // A driver's own choice for a secondary ENI.
    node.netProgrammer().pause();
    try {
      node.run("ip", "link", "set", "eth1", "mtu", "1500");
      toldToSendLess(onSecondary, farOnSecondary.ip(), 9001 - 28, "mtu = 1500");
      carries(onPrimary, farOnSecondary.ip(), 9001 - 28);
    } finally {
      node.netProgrammer().resume();
    }
    Wait.until("the MTU is 9001 again", PATIENCE, () -> TrafficChecks.mtu(node, "eth1") == 9001);
  }
}
