package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.Scene.await;
import static io.vpccni.netprog.node.Scene.ip;
import static io.vpccni.netprog.node.Scene.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final String MAC2 = "02:00:00:71:f9:f8";

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

  /** The node of the dumps. */
  private HostState node() {
    scene.primary(MAC0, "10.0.0.4/18");
    scene.onNode("route add default via 10.0.0.1 dev eth0");
    return Scene.host(MAC0, "10.0.0.4");
  }

  private String rules() {
    return Observed.normal(scene.onNode("rule"));
  }

  private String routes() {
    return Observed.normal(scene.onNode("-4 route show table all"));
  }

  private void attach(Observed observed) throws Exception {
    int i = 0;
    for (var seen : observed.pods()) {
      var namespace = scene.podNamespace();
      await(
          scene.kernel().attach(pod("rp" + ++i, namespace, seen.veth(), seen.ip(), seen.table())));
    }
  }

  @Test
  void theNodeOfTheReferenceWithThreeEnisAnd23Pods() throws Exception {
    var observed = Observed.read("default.txt");
    scene.eni("eth1", MAC1);
    scene.eni("eth2", MAC2);
    var host = node();
    var withEnis =
        Scene.host(
            MAC0,
            "10.0.0.4",
            Scene.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2),
            Scene.eni("eni-2", MAC2, "10.0.13.10", "10.0.0.0/18", 0, 2, 3));
    await(scene.kernel().sync(host, List.of(), List.of()));
    var applied = await(scene.kernel().applyHost(withEnis));
    assertThat(applied.tables()).isEqualTo(Map.of("eni-1", 2, "eni-2", 3));
    attach(observed);
    assertThat(rules()).isEqualTo(observed.section("ip rule"));
    assertThat(routes()).isEqualTo(observed.section("ip route show table all"));
    assertThat(scene.onNode("addr show eth1"))
        .contains(
            "mtu 9001", "state UP", "inet 10.0.23.206/18 brd 10.0.63.255 scope global eth1\n");
    assertThat(scene.onNode("addr show eth0")).contains("mtu 9001");
    assertThat(await(scene.kernel().applyHost(withEnis)).changes()).isZero();
  }

  @Test
  void externalServicesAreReachedThroughTheMainTable() throws Exception {
    var observed = Observed.read("extsvc.txt");
    var host = node();
    var withServices = Scene.withExternalServices(host, "10.100.0.0/16");
    await(scene.kernel().sync(withServices, List.of(), List.of()));
    attach(observed);
    assertThat(rules()).isEqualTo(observed.section("ip rule"));
    assertThat(routes()).isEqualTo(observed.section("ip route show table all"));
    await(scene.kernel().applyHost(host));
    assertThat(rules()).doesNotContain("1535");
  }

  @Test
  void strictBranchEnisMoveTheLocalRuleAndLeavingThemMovesItBack() throws Exception {
    var observed = Observed.read("podeni.txt");
    var host = node();
    await(
        scene
            .kernel()
            .sync(Scene.withPodEni(host, PodSecurityGroupMode.STRICT), List.of(), List.of()));
    assertThat(rules()).isEqualTo(observed.section("ip rule"));
    assertThat(routes()).isEqualTo(observed.section("ip route show table all"));
    assertThat(scene.onNode("-6 rule")).contains("0:\tfrom all lookup local");
    await(scene.kernel().applyHost(host));
    assertThat(rules())
        .isEqualTo(
            """
            0: from all lookup local
            1024: from all fwmark 0x80/0x80 lookup main
            32766: from all lookup main
            32767: from all lookup default""");
  }

  @Test
  void anIpv6NodeInStrictModeKeepsItsRouterReachable() throws Exception {
    scene.primary(MAC0, "2600:1f13:aaa:100::4/64");
    scene.eni("eth1", MAC1);
    var host =
        Scene.withPodEni(
            Scene.host(
                MAC0,
                "2600:1f13:aaa:100::4",
                Scene.eni(
                    "eni-1", MAC1, "2600:1f13:aaa:101::5", "2600:1f13:aaa:101::/64", 1, 1, 10101)),
            PodSecurityGroupMode.STRICT);
    await(scene.kernel().sync(host, List.of(), List.of()));
    var first = scene.podNamespace();
    var second = scene.podNamespace();
    await(scene.kernel().attach(pod("a", first, "enicc21c2d7785", "2600:1f13:aaa:100:8::a", 254)));
    await(scene.kernel().attach(pod("b", second, "eni2", "2600:1f13:aaa:101:9::b", 10101)));
    assertThat(scene.onNode("-6 rule").replace("\t", " "))
        .isEqualTo(
            """
            0: from fe80:ec2::1 ipproto ipv6-icmp lookup local
            20: from all lookup local
            512: from all to 2600:1f13:aaa:100:8::a lookup main
            512: from all to 2600:1f13:aaa:101:9::b lookup main
            1024: from all fwmark 0x80/0x80 lookup main
            1536: from 2600:1f13:aaa:101:9::b lookup 10101
            32765: from 2600:1f13:aaa:101::5 lookup 10101
            32766: from all lookup main
            """);
    assertThat(scene.onNode("-6 route show table 10101"))
        .isEqualTo(
            """
            fe80:ec2::1 dev eth1 metric 1024 pref medium
            default via fe80:ec2::1 dev eth1 metric 1024 pref medium
            """);
    assertThat(scene.onNode("-6 route show table main"))
        .contains("2600:1f13:aaa:100:8::a dev enicc21c2d7785 metric 1024 pref medium\n")
        .contains("fe80::/64 dev enicc21c2d7785 proto kernel metric 256 pref medium\n")
        .doesNotContain("2600:1f13:aaa:101::/64 dev eth1");
    assertThat(await(scene.kernel().applyHost(host)).changes()).isZero();
    // No waiting for duplicate address detection.
    Scene.run("ip netns exec " + scene.node + " ping -c1 -W1 2600:1f13:aaa:100:8::a");
    assertThat(ip("-n " + first + " -6 route"))
        .isEqualTo(
            """
            2600:1f13:aaa:100:8::a dev eth0 proto kernel metric 256 pref medium
            fe80::1 dev eth0 metric 1024 pref medium
            fe80::/64 dev eth0 proto kernel metric 256 pref medium
            default via fe80::1 dev eth0 metric 1024 pref medium
            """);
    assertThat(ip("-n " + first + " -6 neigh")).contains("fe80::1 dev eth0 lladdr ");
    assertThat(ip("-n " + first + " -6 addr show eth0")).doesNotContain("tentative");
  }

  @Test
  void aTableThatOtherSoftwareChoseForAnEniOfAnotherCardIsUsed() throws Exception {
    var host = node();
    scene.eni("eth1", MAC1);
    scene.onNode("rule add from 10.0.9.5 lookup 700 prio 300");
    var eni = Scene.eni("eni-1", MAC1, "10.0.9.5", "10.0.9.0/24", 1, 1, 10101);
    await(scene.kernel().sync(host, List.of(), List.of()));
    var applied = await(scene.kernel().applyHost(Scene.host(MAC0, "10.0.0.4", eni)));
    assertThat(applied.tables()).isEqualTo(Map.of("eni-1", 700));
    assertThat(scene.onNode("route show table 700"))
        .isEqualTo("default via 10.0.9.1 dev eth1 \n10.0.9.1 dev eth1 scope link \n");
    assertThat(rules()).doesNotContain("32765").contains("300: from 10.0.9.5 lookup 700");
    // Two rules: the computed table, unless one of them is of the older formula.
    scene.onNode("rule add from 10.0.9.5 lookup 10 prio 301");
    assertThat(await(scene.kernel().applyHost(Scene.host(MAC0, "10.0.0.4", eni))).tables())
        .isEqualTo(Map.of("eni-1", 10));
  }

  @Test
  void changedSettingsLeaveNoRuleOfTheOldOnes() throws Exception {
    var host = node();
    await(scene.kernel().sync(host, List.of(), List.of()));
    await(scene.kernel().applyHost(Scene.withMark(host, 0x100, true, true)));
    assertThat(rules()).contains("fwmark 0x100/0x100").doesNotContain("0x80");
    await(scene.kernel().applyHost(Scene.withMark(host, 0x100, true, false)));
    assertThat(rules()).doesNotContain("1024");
  }

  @Test
  void anEniThatIsNotThereYetIsReportedAndSetUpWhenItComes() throws Exception {
    var host = node();
    await(scene.kernel().sync(host, List.of(), List.of()));
    var eni = Scene.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2);
    assertThat(await(scene.kernel().applyHost(Scene.host(MAC0, "10.0.0.4", eni))).missing())
        .containsExactly("eni-1");
    scene.eni("eth1", MAC1);
    Scene.until(
        "routes of eth1",
        () ->
            Scene.works("ip -n " + scene.node + " route show table 2")
                && scene.onNode("route show table 2").contains("default via 10.0.0.1 dev eth1"));
    assertThat(rules()).contains("32765: from 10.0.23.206 lookup 2");
    assertThat(routes()).doesNotContain("10.0.0.0/18 dev eth1");
  }

  @Test
  void aFreedEniTakesItsRulesAlong() throws Exception {
    var host = node();
    scene.eni("eth1", MAC1);
    var eni = Scene.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2);
    await(scene.kernel().sync(Scene.host(MAC0, "10.0.0.4", eni), List.of(), List.of()));
    assertThat(rules()).contains("32765");
    await(scene.kernel().applyHost(host));
    assertThat(rules()).doesNotContain("32765");
  }

  @Test
  void aMissingPrimaryInterfaceIsSaidClearly() {
    assertThatThrownBy(
            () -> await(scene.kernel().sync(Scene.host(MAC0, "10.0.0.4"), List.of(), List.of())))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("no link has the primary ENI's MAC " + MAC0);
  }

  /** The sample of the specification with a second network card and a pod on both. */
  @Test
  void aNodeWithTwoNetworkCardsAndAPodOnBoth() throws Exception {
    scene.primary(MAC0, "10.0.1.10/24");
    scene.onNode("route add default via 10.0.1.1 dev eth0 proto dhcp src 10.0.1.10 metric 512");
    scene.eni("eth1", MAC1);
    scene.eni("eth2", MAC2);
    var host =
        Scene.withExternalServices(
            Scene.host(
                MAC0,
                "10.0.1.10",
                Scene.eni("eni-1", MAC1, "10.0.1.77", "10.0.1.0/24", 0, 1, 2),
                Scene.eni("eni-2", MAC2, "10.0.9.5", "10.0.9.0/24", 1, 1, 10101)),
            "172.31.99.0/24");
    // Of an older version, with another table.
    scene.onNode("rule add from 10.0.1.77 lookup 9 prio 32765");
    await(scene.kernel().sync(host, List.of(), List.of()));
    await(
        scene.kernel().attach(pod("a", scene.podNamespace(), "enicc21c2d7785", "10.0.1.20", 254)));
    await(scene.kernel().attach(pod("b", scene.podNamespace(), "enib5faff8a083", "10.0.1.101", 2)));
    await(
        scene
            .kernel()
            .attach(
                Scene.pods(
                    "mnic",
                    scene.podNamespace(),
                    List.of(
                        new PodInterface("eth0", "eni4927eeeb2a0", Ip.parse("10.0.1.102"), 2),
                        new PodInterface(
                            "mNicIf1", "eni371892384a4", Ip.parse("10.0.9.40"), 10101)))));
    assertThat(rules())
        .isEqualTo(
            """
            0: from all lookup local
            512: from all to 10.0.1.20 lookup main
            512: from all to 10.0.1.101 lookup main
            512: from all to 10.0.1.102 lookup main
            512: from all to 10.0.9.40 lookup main
            1024: from all fwmark 0x80/0x80 lookup main
            1535: from all to 172.31.99.0/24 lookup main
            1536: from 10.0.1.101 lookup 2
            1536: from 10.0.1.102 lookup 2
            1536: from 10.0.9.40 lookup 10101
            32765: from 10.0.1.77 lookup 2
            32765: from 10.0.9.5 lookup 10101
            32766: from all lookup main
            32767: from all lookup default""");
    assertThat(Observed.normal(scene.onNode("route show table main")))
        .isEqualTo(
            """
            default via 10.0.1.1 dev eth0 proto dhcp src 10.0.1.10 metric 512
            10.0.1.0/24 dev eth0 proto kernel scope link src 10.0.1.10
            10.0.1.20 dev enicc21c2d7785 scope link
            10.0.1.101 dev enib5faff8a083 scope link
            10.0.1.102 dev eni4927eeeb2a0 scope link
            10.0.9.40 dev eni371892384a4 scope link""");
    assertThat(Observed.normal(scene.onNode("route show table 10101")))
        .isEqualTo("default via 10.0.9.1 dev eth2\n10.0.9.1 dev eth2 scope link");
    assertThat(Observed.normal(scene.onNode("addr show eth1")))
        .contains("inet 10.0.1.77/24 brd 10.0.1.255 scope global eth1");
    assertThat(await(scene.kernel().applyHost(host)).changes()).isZero();
  }
}
