package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.NormalizedOutput.plain;
import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests pods on branch ENIs, strict and standard. */
class BranchPodIT extends NodeTest {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String TRUNK = "02:00:00:03:46:85";
  private static final String BRANCH = "02:00:00:11:22:33";

  private PodState branchPod(String namespace, PodSecurityGroupMode mode, String veth) {
    var plain = pod("sgp-pod", namespace, veth, "10.0.1.140", 0);
    return new PodState(
        plain.containerId(),
        plain.ifName(),
        plain.podNamespace(),
        plain.podName(),
        plain.netns(),
        plain.interfaces(),
        Optional.of(
            new BranchEni(7, Mac.parse(BRANCH), Ip.parse("10.0.1.1"), Mac.parse(TRUNK), mode)),
        Optional.empty(),
        9001);
  }

  /**
   * Makes a link with the VLAN's name and MAC in its place, because this kernel may have no 8021q.
   */
  private void vlan() {
    node.primary(MAC0, "10.0.1.10/24");
    node.onNode("link add vlan.eth.7 address " + BRANCH + " type veth peer name c-vlan");
    node.onNode("link set c-vlan up");
  }

  @Test
  void aStrictBranchPodIsLedByLink() throws Exception {
    vlan();
    await(
        node.kernel()
            .sync(
                SampleState.withPodEni(
                    SampleState.host(MAC0, "10.0.1.10"), PodSecurityGroupMode.STRICT),
                List.of(),
                List.of()));
    var pod = branchPod(node.podNamespace(), PodSecurityGroupMode.STRICT, "vlanad3d5642a5a");
    await(node.kernel().attach(pod));
    assertThat(plain(node.onNode("rule")))
        .isEqualTo(
            """
            10: from all iif vlan.eth.7 lookup 107
            10: from all iif vlanad3d5642a5a lookup 107
            20: from all lookup local
            1024: from all fwmark 0x80/0x80 lookup main
            32766: from all lookup main
            32767: from all lookup default
            """);
    assertThat(plain(node.onNode("route show table 107")))
        .isEqualTo(
            """
            default via 10.0.1.1 dev vlan.eth.7
            10.0.1.1 dev vlan.eth.7 scope link
            10.0.1.140 dev vlanad3d5642a5a scope link
            """);
    assertThat(node.onNode("route")).doesNotContain("10.0.1.140");
    assertThat(await(node.kernel().check(pod))).isEmpty();
    assertThat(node.detach(pod)).contains("vlanad3d5642a5a");
    assertThat(node.onNode("rule")).doesNotContain("107");
    Wait.until("VLAN gone", () -> !node.onNode("link").contains("vlan.eth.7"));
  }

  @Test
  void aStandardBranchPodIsLedByAddress() throws Exception {
    vlan();
    var pod = branchPod(node.podNamespace(), PodSecurityGroupMode.STANDARD, "eniad3d5642a5a");
    await(node.kernel().attach(pod));
    assertThat(plain(node.onNode("rule")))
        .isEqualTo(
            """
            0: from all lookup local
            512: from all to 10.0.1.140 lookup main
            1536: from 10.0.1.140 lookup 107
            32766: from all lookup main
            32767: from all lookup default
            """);
    assertThat(plain(node.onNode("route show table 107")))
        .isEqualTo("default via 10.0.1.1 dev vlan.eth.7\n10.0.1.1 dev vlan.eth.7 scope link\n");
    assertThat(NormalizedOutput.of("eni", node.onNode("route")))
        .isEqualTo("10.0.1.140 dev eniad3d5642a5a scope link\n");
    node.detach(pod);
    assertThat(node.onNode("rule")).doesNotContain("107").doesNotContain("10.0.1.140");
  }

  @Test
  void withoutTheTrunkNothingIsLeft() throws Exception {
    node.primary(MAC0, "10.0.1.10/24");
    var pod = branchPod(node.podNamespace(), PodSecurityGroupMode.STRICT, "vlanad3d5642a5a");
    assertThatThrownBy(() -> await(node.kernel().attach(pod)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no link has the trunk ENI's MAC " + TRUNK);
    assertThat(node.onNode("link")).doesNotContain("vlanad");
    assertThat(node.onNode("rule")).doesNotContain("107");
  }

  /** The trunk is down before, as an ENI is that nothing has set up yet. */
  @Test
  void aRealVlanIsMadeWhereTheKernelHasThem() throws Exception {
    node.primary(MAC0, "10.0.1.10/24");
    node.eni("eth1", TRUNK);
    assumeTrue(
        TestNode.works("ip -n " + node.namespace + " link add link eth1 name probe type vlan id 9"),
        "this kernel has no 8021q");
    var pod = branchPod(node.podNamespace(), PodSecurityGroupMode.STRICT, "vlanad3d5642a5a");
    await(node.kernel().attach(pod));
    assertThat(node.onNode("-d link show vlan.eth.7"))
        .contains("vlan protocol 802.1Q id 7", "MULTICAST,UP");
  }
}
