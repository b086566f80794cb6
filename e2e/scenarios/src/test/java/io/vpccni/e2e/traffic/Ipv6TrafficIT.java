package io.vpccni.e2e.traffic;

import static io.vpccni.e2e.traffic.TrafficChecks.carries;
import static io.vpccni.e2e.traffic.TrafficChecks.carriesNot;
import static io.vpccni.e2e.traffic.TrafficChecks.seen;
import static io.vpccni.e2e.traffic.TrafficChecks.stoppedBySourceCheck;
import static io.vpccni.e2e.traffic.TrafficChecks.toldToSendLess;
import static io.vpccni.e2e.traffic.TrafficChecks.unanswered;
import static io.vpccni.e2e.traffic.TrafficChecks.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pinger;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.e2e.traffic.RemoteHosts.Host;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.network.SourceEcho;
import io.vpccni.sim.network.Tool;
import io.vpccni.sim.network.VpcNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pods of two nodes of an IPv6 cluster reach IPv4 through their node. */
class Ipv6TrafficIT {
  private static final Teardown TEARDOWN = new Teardown();

  private static Testbed testbed;
  private static RemoteHosts elsewhere;
  private static Node node;
  private static Node otherNode;
  private static Host ipv4Host;
  private static Pod pod;
  private static Pod neighbour;
  private static Pod far;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Runtime.getRuntime().addShutdownHook(new Thread(TEARDOWN::close));
    var settings =
        TestbedSettings.of(2, MultiNicPod.TWO_CARDS, Path.of("target/testbed-logs/ipv6"))
            .with("ENABLE_IPv4", "false")
            .with("ENABLE_IPv6", "true")
            .with("ENABLE_PREFIX_DELEGATION", "true")
            .with("ENABLE_MULTI_NIC", "true");
    testbed = new Testbed(settings, TEARDOWN);
    elsewhere = new RemoteHosts(testbed);
    node = testbed.nodes().get(0);
    otherNode = testbed.nodes().get(1);
    ipv4Host = elsewhere.host(elsewhere.vpcOf(node.facts()), Cidr.parse("10.0.200.0/24"));
    testbed.startAgents();
    pod = testbed.pods().addPatiently(node, "six-a");
    neighbour = testbed.pods().addPatiently(node, "six-b");
    far = testbed.pods().addPatiently(otherNode, "six-c");
  }

  @AfterAll
  static void stop() throws IOException {
    if (elsewhere != null) elsewhere.close();
    TEARDOWN.close();
  }

  @Test
  void podsAndNodesReachEachOtherByTheirOwnAddresses() throws IOException {
    assertThat(pod.ip().v6()).isTrue();
    for (var to : List.of(neighbour, far)) {
      try (var _ = SourceEcho.start(to.netnsPath(), to.ip())) {
        assertThat(seen(pod, to.ip())).isEqualTo(pod.ip());
      }
    }
    for (var from : List.of(node, otherNode)) {
      assertThat(Pinger.on(from).reaches(pod.ip(), TrafficChecks.ANSWER)).as(from.name()).isTrue();
    }
    for (var to : testbed.nodes()) {
      assertThat(Pinger.in(pod).reaches(to.facts().ipv6().orElseThrow(), TrafficChecks.ANSWER))
          .as("to %s", to.name())
          .isTrue();
    }
  }

  /** No address is translated, so the address of another node's pod is as foreign as any. */
  @Test
  void thePrefixOfAnotherNodeIsNotAcceptedFromThisOne() throws IOException {
    var foreign = far.ip().plus(1);
    pod.ip("addr", "add", foreign.asCidr().toString(), "dev", "lo", "nodad");
    long dropped = testbed.network().spoofed();
    assertThat(Pinger.in(pod).reaches(far.ip(), TrafficChecks.SILENCE, "-I", foreign.toString()))
        .isFalse();
    assertThat(testbed.network().spoofed()).isGreaterThan(dropped);
    pod.ip("addr", "del", foreign.asCidr().toString(), "dev", "lo");
  }

  @Test
  void theInternetSeesPodsAsTheyAre() throws IOException {
    assertThat(seen(pod, VpcNetwork.INTERNET_V6)).isEqualTo(pod.ip());
    // With a translation it would see the node.
    var masquerade = "POSTROUTING -s " + pod.ip() + " -o eth0 -j MASQUERADE";
    node.feed(List.of("*nat", "-A " + masquerade, "COMMIT"), "ip6tables-restore", "--noflush");
    assertThat(seen(pod, VpcNetwork.INTERNET_V6)).isEqualTo(node.facts().ipv6().orElseThrow());
    node.feed(List.of("*nat", "-D " + masquerade, "COMMIT"), "ip6tables-restore", "--noflush");
    assertThat(seen(pod, VpcNetwork.INTERNET_V6)).isEqualTo(pod.ip());
  }

  @Test
  void podsReachIpv4AsTheirNodeAndAreNotReachedByTheirNodeLocalAddress() throws IOException {
    assertThat(seen(pod, VpcNetwork.INTERNET)).isEqualTo(node.facts().publicIp());
    assertThat(seen(far, VpcNetwork.INTERNET)).isEqualTo(otherNode.facts().publicIp());
    assertThat(seen(pod, ipv4Host.ip())).isEqualTo(node.address());
    without(
        node,
        "iptables",
        "nat",
        "AWS, egress",
        () -> stoppedBySourceCheck(testbed, pod.netnsPath(), VpcNetwork.INTERNET, 80));
    assertThat(seen(pod, VpcNetwork.INTERNET)).isEqualTo(node.facts().publicIp());

    var local = new NodeLocalInterface(pod).address();
    try (var _ = SourceEcho.start(pod.netnsPath(), local)) {
      unanswered(neighbour.netnsPath(), local, 80);
      without(
          node,
          "iptables",
          "filter",
          "Block Node Local Pod access",
          () -> assertThat(seen(neighbour, local)).isEqualTo(node.address()));
    }
  }

  @Test
  void theResultNamesBothLinksAndNeitherIsLeftByADel() throws IOException {
    var network = testbed.pods().sandbox("six-result");
    try {
      var answer = node.runtime().add(network);
      assertThat(answer.succeeded()).as(answer.toString()).isTrue();
      var links = answer.json().getJsonArray("interfaces");
      assertThat(links).hasSize(5);
      var hostVeths =
          List.of(
              links.getJsonObject(0).getString("name"), links.getJsonObject(3).getString("name"));
      assertThat(links.getJsonObject(4).getString("name")).isEqualTo("v4if0");
      for (int at : new int[] {3, 4}) {
        var link = links.getJsonObject(at);
        var netns = at == 3 ? node.netns().toString() : network.netns();
        var name = link.getString("name");
        assertThat(
                Tool.run(List.of(), "nsenter", "--net=" + netns, "ip", "-o", "link", "show", name))
            .contains("link/ether " + link.getString("mac"));
      }
      assertThat(node.runtime().del(network).succeeded()).isTrue();
      Wait.until(
          hostVeths + " are gone though the namespace is not",
          TrafficChecks.PATIENCE,
          () -> hostVeths.stream().noneMatch(node.run("ip", "-o", "link")::contains));
    } finally {
      testbed.pods().removeNamespace(network);
    }
  }

  /** The reference, whose plugin asks host-local, could therefore go on where this agent stops. */
  @Test
  void hostLocalKnowsTheNodeLocalAddressesOfOurPods() throws IOException {
    var hostLocal = new HostLocalPlugin(node);
    assumeTrue(hostLocal.isThere(), "needs the CNI plugins");
    var mine = testbed.pods().addPatiently(node, "six-files");
    var address = new NodeLocalInterface(mine).address();
    assertThat(hostLocal.owner(address)).isEqualTo(mine.network().containerId() + "\r\neth0");

    hostLocal.goOnAfter(address.plus(-1));
    assertThat(hostLocal.add("of-the-reference")).isEqualTo(address.plus(1));
    hostLocal.del("of-the-reference");

    // Its plugin deletes our pod's address by the container's id; without its file it is free.
    hostLocal.del(mine.network().containerId());
    assertThat(hostLocal.file(address)).doesNotExist();
    hostLocal.goOnAfter(address.plus(-1));
    assertThat(hostLocal.add("of-the-reference")).isEqualTo(address);
    hostLocal.del("of-the-reference");

    testbed.pods().remove(mine);
    var next = testbed.pods().addPatiently(node, "six-files-next");
    var file = hostLocal.file(new NodeLocalInterface(next).address());
    assertThat(file).exists();
    testbed.pods().remove(next);
    assertThat(file).doesNotExist();
  }

  /** After the reference the checkpoint says nothing about egress and the files belong to root. */
  @Test
  void whatTheReferenceLeavesOfNodeLocalAddressesIsTakenOver() throws IOException {
    var hostLocal = new HostLocalPlugin(node);
    var theirs = testbed.pods().addPatiently(node, "six-theirs");
    var address = new NodeLocalInterface(theirs).address();
    node.ipamd().kill();
    var checkpoint = node.namespaces().file("/run/aws-node/ipam.json");
    var document = new JsonObject(Files.readString(checkpoint));
    document.remove("agent");
    Files.writeString(checkpoint, document.encode());
    Files.setAttribute(hostLocal.file(address), "unix:uid", 0);

    node.init();
    node.ipamd().startAgain();
    // The next one that would be given, were it not known.
    var next = testbed.pods().addPatiently(node, "six-after-theirs");
    assertThat(new NodeLocalInterface(next).address()).isNotEqualTo(address);
    assertThat(hostLocal.owner(address)).startsWith(theirs.network().containerId());
    assertThat(Files.getAttribute(hostLocal.file(address), "unix:uid")).isEqualTo(Node.AGENT_UID);
    assertThat(seen(theirs, VpcNetwork.INTERNET)).isEqualTo(node.facts().publicIp());
    assertThat(Files.readString(checkpoint)).contains("\"egress\":\"" + address + "\"");

    testbed.pods().remove(theirs);
    assertThat(hostLocal.file(address)).doesNotExist();
    testbed.pods().remove(next);
  }

  @Test
  void packetsOf9001BytesCrossTheVpcAnd1500TheInternet() throws IOException {
    carries(pod, far.ip(), 9001 - 48);
    carriesNot(pod, far.ip(), 9002 - 48);
    carries(pod, VpcNetwork.INTERNET_V6, 1500 - 48);
    toldToSendLess(pod, VpcNetwork.INTERNET_V6, 1501 - 48, "mtu=1500");
    carries(pod, ipv4Host.ip(), 9001 - 28);
    toldToSendLess(pod, VpcNetwork.INTERNET, 1501 - 28, "mtu = 1500");
  }

  @Test
  void aPodWithAnInterfaceOnEachCardIsReachedAndSendsByEach() throws IOException {
    var two = MultiNicPod.add(testbed, node, "six-two-cards");
    two.check(new Host(far.netnsPath(), far.ip()));
    testbed.pods().remove(two.pod());
  }

  @Test
  void podsGoOnWhileTheAgentIsKilledAndStartedAgain() throws IOException {
    node.ipamd().kill();
    node.netProgrammer().kill();
    assertThat(seen(pod, VpcNetwork.INTERNET)).isEqualTo(node.facts().publicIp());
    node.netProgrammer().startAgain();
    node.ipamd().startAgain();
    var next = testbed.pods().addPatiently(node, "six-after");
    assertThat(List.of(pod.ip(), neighbour.ip())).doesNotContain(next.ip());
    assertThat(
            List.of(
                new NodeLocalInterface(pod).address(), new NodeLocalInterface(neighbour).address()))
        .doesNotContain(new NodeLocalInterface(next).address());
    try (var _ = SourceEcho.start(far.netnsPath(), far.ip())) {
      for (var each : List.of(pod, neighbour, next)) {
        assertThat(seen(each, far.ip())).isEqualTo(each.ip());
        assertThat(seen(each, VpcNetwork.INTERNET)).isEqualTo(node.facts().publicIp());
      }
    }
    testbed.pods().remove(next);
  }
}
