package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several attachments of one pod, as a meta plugin makes them: identity is not a name. */
class SecondAttachmentIT extends NodeTest {
  private static final String ETH0 = "eni00000000001";
  private static final String NET1 = "eni00000000002";

  private String namespace;

  @BeforeEach
  void prepare() {
    node.onNode("addr add 10.0.1.10/32 dev lo");
    node.onNode("link set lo up");
    namespace = node.podNamespace();
  }

  private PodState attachment(String container, String ifName, String veth, String address) {
    return new PodState(
        container,
        ifName,
        "default",
        "web-0",
        Optional.of("/run/netns/" + namespace),
        List.of(new PodInterface(ifName, veth, Ip.parse(address), 254)),
        Optional.empty(),
        Optional.empty(),
        9001);
  }

  private void reachable(String address) {
    node.exec("ping -c1 -W2 " + address);
  }

  @Test
  void aRunningInterfaceKeepsItsLinkWhoeverWantsItsName() throws Exception {
    var eth0 = attachment("c", "eth0", ETH0, "10.0.1.21");
    var net1 = attachment("c", "net1", ETH0, "10.0.1.22");
    await(node.kernel().attach(eth0));
    assertThatThrownBy(() -> await(node.kernel().attach(net1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(
            "a host veth of this name is that of pod default/web-0, interface eth0");
    reachable("10.0.1.21");

    // Unknown to a fresh process, it is recognised by where its other end is.
    node.restart();
    assertThatThrownBy(() -> await(node.kernel().attach(net1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(ETH0 + " is the host end of eth0 in the same pod");
    reachable("10.0.1.21");
  }

  @Test
  void aNewSandboxOfTheSamePodTakesTheNameOfTheOlderOne() throws Exception {
    await(node.kernel().attach(attachment("s0", "eth0", ETH0, "10.0.1.21")));
    namespace = node.podNamespace();
    await(node.kernel().attach(attachment("s1", "eth0", ETH0, "10.0.1.22")));
    reachable("10.0.1.22");
  }

  @Test
  void twoAttachmentsOfOursBothWorkAndTheFirstKeepsTheDefaultRoute() throws Exception {
    await(node.kernel().attach(attachment("c", "eth0", ETH0, "10.0.1.21")));
    var before = ip("-n " + namespace + " route");
    var net1 = attachment("c", "net1", NET1, "10.0.1.22");
    await(node.kernel().attach(net1));
    assertThat(ip("-n " + namespace + " route")).isEqualTo(before);
    reachable("10.0.1.21");
    reachable("10.0.1.22");
    assertThat(await(node.kernel().check(net1))).isEmpty();
    await(node.kernel().attach(net1));
    assertThat(ip("-n " + namespace + " route")).isEqualTo(before);
    node.detach(net1);
    reachable("10.0.1.21");
  }

  @Test
  void theDefaultRouteOfAnotherPluginStays() throws Exception {
    var in = "-n " + namespace + " ";
    ip(in + "link add eth0 type veth peer name far");
    ip(in + "link set far up");
    ip(in + "link set eth0 up");
    ip(in + "addr add 192.168.7.2/24 dev eth0");
    ip(in + "route add default via 192.168.7.1 dev eth0");
    var before = ip(in + "route");
    var net1 = attachment("c", "net1", NET1, "10.0.1.22");
    await(node.kernel().attach(net1));
    assertThat(ip(in + "route")).isEqualTo(before);
    assertThat(ip(in + "rule")).containsPattern("1:\tfrom 10.0.1.22 lookup 10\\d\\d");
    reachable("10.0.1.22");
    assertThat(await(node.kernel().check(net1))).isEmpty();
  }

  @Test
  void anOnlyAttachmentHasTheDefaultRouteWhateverItsName() throws Exception {
    await(node.kernel().attach(attachment("c", "net1", NET1, "10.0.1.22")));
    assertThat(ip("-n " + namespace + " route")).contains("default via 169.254.1.1 dev net1");
    reachable("10.0.1.22");
  }
}
