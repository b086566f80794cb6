package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.Scene.await;
import static io.vpccni.netprog.node.Scene.ip;
import static io.vpccni.netprog.node.Scene.pod;
import static io.vpccni.netprog.node.Scene.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.Departure;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods with several interfaces, with an address of the other family, and on branch ENIs. */
class PodKindsIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String TRUNK = "02:00:00:03:46:85";
  private static final String BRANCH = "02:00:00:11:22:33";

  private Scene scene;

  @BeforeEach
  void scene() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    scene = new Scene();
  }

  @AfterEach
  void noScene() {
    if (scene != null) {
      scene.close();
    }
  }

  private static String plain(String output) {
    return output.replace('\t', ' ').replaceAll("(?m) +$", "").replaceAll("(?m)^0: .*\n", "");
  }

  @Test
  void aPodWithTwoInterfacesAnswersOnEach() throws Exception {
    scene.primary(MAC0, "10.0.1.10/24");
    var namespace = scene.podNamespace();
    var pod =
        Scene.pods(
            "mnic",
            namespace,
            List.of(
                new PodInterface("eth0", "eni4927eeeb2a0", Ip.parse("10.0.1.102"), 2),
                new PodInterface("mNicIf1", "eni371892384a4", Ip.parse("10.0.9.40"), 10101)));
    var wired = await(scene.kernel().attach(pod)).interfaces();
    var in = "-n " + namespace + " ";
    assertThat(plain(ip(in + "rule")))
        .isEqualTo(
            """
            1: from 10.0.9.40 lookup 1
            32766: from all lookup main
            32767: from all lookup default
            """);
    assertThat(plain(ip(in + "route show table 1")))
        .isEqualTo("default via 169.254.1.2 dev mNicIf1\n169.254.1.2 dev mNicIf1 scope link\n");
    assertThat(plain(ip(in + "-4 neigh")))
        .contains("169.254.1.2 dev mNicIf1 lladdr " + wired.get(1).hostMac() + " PERMANENT\n")
        .contains("169.254.1.1 dev eth0 lladdr " + wired.get(0).hostMac() + " PERMANENT\n");
    assertThat(plain(scene.onNode("rule")))
        .contains(
            "512: from all to 10.0.1.102 lookup main\n512: from all to 10.0.9.40 lookup main\n")
        .contains("1536: from 10.0.1.102 lookup 2\n1536: from 10.0.9.40 lookup 10101\n");
    run("ip netns exec " + scene.node + " ping -c1 -W1 10.0.1.102");
    run("ip netns exec " + scene.node + " ping -c1 -W1 10.0.9.40");
    assertThat(await(scene.kernel().check(pod))).isEmpty();
    assertThat(scene.detach(pod)).containsExactlyInAnyOrder("eni4927eeeb2a0", "eni371892384a4");
    assertThat(scene.onNode("rule")).doesNotContain("10.0.1.102").doesNotContain("10.0.9.40");
  }

  private static PodState withEgress(PodState pod, String ip, String veth) {
    return new PodState(
        pod.containerId(),
        pod.ifName(),
        pod.podNamespace(),
        pod.podName(),
        pod.netns(),
        pod.interfaces(),
        pod.branchEni(),
        Optional.of(new Egress(Ip.parse(ip), veth)),
        pod.mtu());
  }

  @Test
  void anIpv6PodReachesIpv4ThroughTheNode() throws Exception {
    scene.primary(MAC0, "10.0.1.10/24");
    var namespace = scene.podNamespace();
    var pod =
        withEgress(
            pod("six", namespace, "eni6", "2600:1f13:aaa:100:8::a", 254),
            "169.254.172.2",
            "veth0a1b2c3d");
    await(scene.kernel().attach(pod));
    assertThat(plain(ip("-n " + namespace + " -4 route")))
        .isEqualTo(
            """
            default via 169.254.172.1 dev v4if0
            169.254.172.0/22 via 169.254.172.1 dev v4if0 src 169.254.172.2
            169.254.172.1 dev v4if0 scope link src 169.254.172.2
            """);
    assertThat(plain(scene.onNode("-4 route")))
        .contains("169.254.172.2 dev veth0a1b2c3d scope link\n");
    assertThat(scene.onNode("addr show veth0a1b2c3d"))
        .contains("inet 169.254.172.1/32 scope link veth0a1b2c3d");
    assertThat(ip("-n " + namespace + " addr show v4if0"))
        .contains("inet 169.254.172.2/22 brd 169.254.175.255 scope global v4if0");
    run("ip netns exec " + namespace + " ping -c1 -W1 10.0.1.10");
    assertThat(await(scene.kernel().check(pod))).isEmpty();
    assertThat(await(scene.kernel().attach(pod)).interfaces()).hasSize(2);
    assertThat(scene.detach(pod)).containsExactlyInAnyOrder("eni6", "veth0a1b2c3d");
    assertThat(scene.onNode("-4 route")).doesNotContain("169.254.172");
  }

  @Test
  void anIpv4PodReachesIpv6ThroughTheNode() throws Exception {
    scene.primary(MAC0, "10.0.1.10/24");
    scene.onNode("addr add 2001:db8::1/64 dev eth0 nodad");
    var namespace = scene.podNamespace();
    var pod =
        withEgress(pod("four", namespace, "eni4", "10.0.1.20", 254), "fd00::ac:2", "veth4e5f6071");
    var wired = await(scene.kernel().attach(pod)).interfaces();
    var gateway =
        scene
            .onNode("-6 -o addr show veth4e5f6071")
            .replaceAll("(?s).*inet6 (fe80::\\S+)/64.*", "$1");
    assertThat(plain(ip("-n " + namespace + " -6 route")))
        .contains("fd00::ac:0/118 dev v6if0 proto kernel metric 256 pref medium\n")
        .contains("default via " + gateway + " dev v6if0 metric 1024 pref medium\n");
    assertThat(plain(scene.onNode("-6 route")))
        .contains("fd00::ac:2 dev veth4e5f6071 metric 1024 pref medium\n");
    assertThat(ip("-n " + namespace + " -6 addr show eth0")).isEmpty();
    assertThat(ip("-n " + namespace + " -6 addr")).doesNotContain("tentative");
    run("ip netns exec " + namespace + " ping -c1 -W1 2001:db8::1");
    assertThat(wired).hasSize(2);
    assertThat(await(scene.kernel().check(pod))).isEmpty();
    scene.detach(pod);
    assertThat(scene.onNode("-6 route")).doesNotContain("fd00::ac:2");
  }

  @Test
  void aPodWhoseEgressLinkTheReferenceNamedGoesWholly() throws Exception {
    var plain = pod("six", scene.podNamespace(), "eni6", "2600:1f13:aaa:100:8::a", 254);
    await(scene.kernel().attach(withEgress(plain, "169.254.172.2", "veth0a1b2c3d")));
    var other = pod("seven", scene.podNamespace(), "eni7", "2600:1f13:aaa:100:8::b", 254);
    await(scene.kernel().attach(withEgress(other, "169.254.172.3", "veth0a1b2c3e")));
    var known =
        new Departure(
            plain.containerId(),
            plain.ifName(),
            plain.interfaces(),
            OptionalInt.empty(),
            Optional.of(new Departure.Egress(Ip.parse("169.254.172.2"), Optional.empty())));

    assertThat(await(scene.kernel().detach(known)))
        .containsExactlyInAnyOrder("eni6", "veth0a1b2c3d");
    assertThat(scene.onNode("-4 route"))
        .doesNotContain("169.254.172.2 ")
        .contains("169.254.172.3 dev veth0a1b2c3e");
    assertThat(await(scene.kernel().detach(known))).doesNotContain("veth0a1b2c3e");
  }

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

  /** This kernel may have no 8021q: a link of that name and MAC stands for the VLAN. */
  private void vlan() {
    scene.primary(MAC0, "10.0.1.10/24");
    scene.onNode("link add vlan.eth.7 address " + BRANCH + " type veth peer name c-vlan");
    scene.onNode("link set c-vlan up");
  }

  @Test
  void aStrictBranchPodIsLedByLink() throws Exception {
    vlan();
    await(
        scene
            .kernel()
            .sync(
                Scene.withPodEni(Scene.host(MAC0, "10.0.1.10"), PodSecurityGroupMode.STRICT),
                List.of(),
                List.of()));
    var pod = branchPod(scene.podNamespace(), PodSecurityGroupMode.STRICT, "vlanad3d5642a5a");
    await(scene.kernel().attach(pod));
    assertThat(plain(scene.onNode("rule")))
        .startsWith(
            """
            10: from all iif vlan.eth.7 lookup 107
            10: from all iif vlanad3d5642a5a lookup 107
            20: from all lookup local
            """)
        .doesNotContain("512:")
        .doesNotContain("1536:");
    assertThat(plain(scene.onNode("route show table 107")))
        .isEqualTo(
            """
            default via 10.0.1.1 dev vlan.eth.7
            10.0.1.1 dev vlan.eth.7 scope link
            10.0.1.140 dev vlanad3d5642a5a scope link
            """);
    assertThat(scene.onNode("route")).doesNotContain("10.0.1.140");
    assertThat(await(scene.kernel().check(pod))).isEmpty();
    assertThat(scene.detach(pod)).contains("vlanad3d5642a5a");
    assertThat(scene.onNode("rule")).doesNotContain("107");
    Scene.until("VLAN gone", () -> !scene.onNode("link").contains("vlan.eth.7"));
  }

  @Test
  void aStandardBranchPodIsLedByAddress() throws Exception {
    vlan();
    var pod = branchPod(scene.podNamespace(), PodSecurityGroupMode.STANDARD, "eniad3d5642a5a");
    await(scene.kernel().attach(pod));
    assertThat(plain(scene.onNode("rule")))
        .contains("512: from all to 10.0.1.140 lookup main\n")
        .contains("1536: from 10.0.1.140 lookup 107\n")
        .doesNotContain("iif");
    assertThat(plain(scene.onNode("route show table 107")))
        .isEqualTo("default via 10.0.1.1 dev vlan.eth.7\n10.0.1.1 dev vlan.eth.7 scope link\n");
    assertThat(plain(scene.onNode("route"))).contains("10.0.1.140 dev eniad3d5642a5a scope link\n");
    scene.detach(pod);
    assertThat(scene.onNode("rule")).doesNotContain("107").doesNotContain("10.0.1.140");
  }

  @Test
  void withoutTheTrunkNothingIsLeft() throws Exception {
    scene.primary(MAC0, "10.0.1.10/24");
    var pod = branchPod(scene.podNamespace(), PodSecurityGroupMode.STRICT, "vlanad3d5642a5a");
    assertThatThrownBy(() -> await(scene.kernel().attach(pod)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no link has the trunk ENI's MAC " + TRUNK);
    assertThat(scene.onNode("link")).doesNotContain("vlanad");
    assertThat(scene.onNode("rule")).doesNotContain("107");
  }

  @Test
  void aRealVlanIsMadeWhereTheKernelHasThem() throws Exception {
    scene.primary(MAC0, "10.0.1.10/24");
    scene.eni("eth1", TRUNK);
    assumeTrue(
        Scene.works("ip -n " + scene.node + " link add link eth1 name probe type vlan id 9"),
        "this kernel has no 8021q");
    var pod = branchPod(scene.podNamespace(), PodSecurityGroupMode.STRICT, "vlanad3d5642a5a");
    await(scene.kernel().attach(pod));
    assertThat(scene.onNode("-d link show vlan.eth.7")).contains("vlan protocol 802.1Q id 7");
  }
}
