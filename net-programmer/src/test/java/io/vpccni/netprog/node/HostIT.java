package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostIT extends NodeTest {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final String MAC2 = "02:00:00:71:f9:f8";

  /** Makes the node of the dumps. */
  private HostState dumpedHost() {
    node.primary(MAC0, "10.0.0.4/18");
    node.onNode("route add default via 10.0.0.1 dev eth0");
    return SampleState.host(MAC0, "10.0.0.4");
  }

  private String rules() {
    return ReferenceDump.normal(node.onNode("rule"));
  }

  private String routes() {
    return ReferenceDump.normal(node.onNode("-4 route show table all"));
  }

  private void attach(ReferenceDump observed) throws Exception {
    int i = 0;
    for (var seen : observed.pods()) {
      var namespace = node.podNamespace();
      await(node.kernel().attach(pod("rp" + ++i, namespace, seen.veth(), seen.ip(), seen.table())));
    }
  }

  @Test
  void theNodeOfTheReferenceWithThreeEnisAnd23Pods() throws Exception {
    var observed = ReferenceDump.read("default.txt");
    node.eni("eth1", MAC1);
    node.eni("eth2", MAC2);
    var host = dumpedHost();
    var withEnis =
        SampleState.host(
            MAC0,
            "10.0.0.4",
            SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2),
            SampleState.eni("eni-2", MAC2, "10.0.13.10", "10.0.0.0/18", 0, 2, 3));
    await(node.kernel().sync(host, List.of(), List.of()));
    var applied = await(node.kernel().applyHost(withEnis));
    assertThat(applied.tables()).isEqualTo(Map.of("eni-1", 2, "eni-2", 3));
    attach(observed);
    assertThat(rules()).isEqualTo(observed.section("ip rule"));
    assertThat(routes()).isEqualTo(observed.section("ip route show table all"));
    assertThat(node.onNode("addr show eth1"))
        .contains(
            "mtu 9001", "state UP", "inet 10.0.23.206/18 brd 10.0.63.255 scope global eth1\n");
    assertThat(node.onNode("addr show eth0")).contains("mtu 9001");
    assertThat(await(node.kernel().applyHost(withEnis)).changes()).isZero();
  }

  @Test
  void externalServicesAreReachedThroughTheMainTable() throws Exception {
    var observed = ReferenceDump.read("extsvc.txt");
    var host = dumpedHost();
    var withServices = SampleState.withExternalServices(host, "10.100.0.0/16");
    await(node.kernel().sync(withServices, List.of(), List.of()));
    attach(observed);
    assertThat(rules()).isEqualTo(observed.section("ip rule"));
    assertThat(routes()).isEqualTo(observed.section("ip route show table all"));
    await(node.kernel().applyHost(host));
    assertThat(rules()).doesNotContain("1535");
  }

  @Test
  void onAnIpv6NodeTheRulesOfExternalServicesAreIpv4OnesAndStayOverARestart() throws Exception {
    node.primary(MAC0, "2600:1f13:aaa:100::4/64");
    var host =
        SampleState.withExternalServices(
            SampleState.host(MAC0, "2600:1f13:aaa:100::4"), "10.100.0.0/16", "172.31.99.0/24");
    await(node.kernel().sync(host, List.of(), List.of()));
    var services =
        "1535: from all to 10.100.0.0/16 lookup main\n1535: from all to 172.31.99.0/24 lookup main";
    assertThat(ReferenceDump.normal(node.onNode("-4 rule"))).contains(services);
    assertThat(node.onNode("-6 rule")).doesNotContain("1535");

    node.restart();
    assertThat(await(node.kernel().sync(host, List.of(), List.of())).changes()).isZero();

    var fewer = SampleState.withExternalServices(host, "172.31.99.0/24");
    assertThat(await(node.kernel().applyHost(fewer)).changes()).isOne();
    assertThat(ReferenceDump.normal(node.onNode("-4 rule"))).doesNotContain("10.100.0.0/16");
  }

  @Test
  void strictBranchEnisMoveTheLocalRuleAndLeavingThemMovesItBack() throws Exception {
    var observed = ReferenceDump.read("podeni.txt");
    var host = dumpedHost();
    await(
        node.kernel()
            .sync(SampleState.withPodEni(host, PodSecurityGroupMode.STRICT), List.of(), List.of()));
    assertThat(rules()).isEqualTo(observed.section("ip rule"));
    assertThat(routes()).isEqualTo(observed.section("ip route show table all"));
    assertThat(node.onNode("-6 rule")).contains("0:\tfrom all lookup local");
    await(node.kernel().applyHost(host));
    assertThat(rules())
        .isEqualTo(
            """
            0: from all lookup local
            1024: from all fwmark 0x80/0x80 lookup main
            32766: from all lookup main
            32767: from all lookup default""");
  }

  @Test
  void aTableThatOtherSoftwareChoseForAnEniOfAnotherCardIsUsed() throws Exception {
    var host = dumpedHost();
    node.eni("eth1", MAC1);
    node.onNode("rule add from 10.0.9.5 lookup 700 prio 300");
    var eni = SampleState.eni("eni-1", MAC1, "10.0.9.5", "10.0.9.0/24", 1, 1, 10101);
    await(node.kernel().sync(host, List.of(), List.of()));
    var applied = await(node.kernel().applyHost(SampleState.host(MAC0, "10.0.0.4", eni)));
    assertThat(applied.tables()).isEqualTo(Map.of("eni-1", 700));
    assertThat(node.onNode("route show table 700"))
        .isEqualTo("default via 10.0.9.1 dev eth1 \n10.0.9.1 dev eth1 scope link \n");
    assertThat(rules()).doesNotContain("32765").contains("300: from 10.0.9.5 lookup 700");
    // Two rules: the computed table, unless one of them is of the older formula.
    node.onNode("rule add from 10.0.9.5 lookup 10 prio 301");
    assertThat(await(node.kernel().applyHost(SampleState.host(MAC0, "10.0.0.4", eni))).tables())
        .isEqualTo(Map.of("eni-1", 10));
  }

  @Test
  void changedSettingsLeaveNoRuleOfTheOldOnes() throws Exception {
    var host = dumpedHost();
    await(node.kernel().sync(host, List.of(), List.of()));
    await(node.kernel().applyHost(SampleState.withMark(host, 0x100, true, true)));
    assertThat(rules()).contains("fwmark 0x100/0x100").doesNotContain("0x80");
    await(node.kernel().applyHost(SampleState.withMark(host, 0x100, true, false)));
    assertThat(rules()).doesNotContain("1024");
  }

  @Test
  void anEniThatIsNotThereYetIsReportedAndSetUpWhenItComes() throws Exception {
    var host = dumpedHost();
    await(node.kernel().sync(host, List.of(), List.of()));
    var eni = SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2);
    assertThat(await(node.kernel().applyHost(SampleState.host(MAC0, "10.0.0.4", eni))).missing())
        .containsExactly("eni-1");
    node.eni("eth1", MAC1);
    Wait.until(
        "routes of eth1",
        () ->
            TestNode.works("ip -n " + node.namespace + " route show table 2")
                && node.onNode("route show table 2").contains("default via 10.0.0.1 dev eth1"));
    assertThat(rules()).contains("32765: from 10.0.23.206 lookup 2");
    assertThat(routes()).doesNotContain("10.0.0.0/18 dev eth1");
  }

  @Test
  void aRuleToEverythingGoesWithItsSetting() throws Exception {
    var host = dumpedHost();
    var everything = SampleState.withExternalServices(host, "0.0.0.0/0", "10.100.0.0/16");
    await(node.kernel().sync(everything, List.of(), List.of()));
    assertThat(rules()).contains("1535: from all lookup main", "to 10.100.0.0/16");
    assertThat(await(node.kernel().sync(everything, List.of(), List.of())).changes()).isZero();
    node.restart();
    var one = SampleState.withExternalServices(host, "10.100.0.0/16");
    await(node.kernel().sync(one, List.of(), List.of()));
    assertThat(rules())
        .contains("1535: from all to 10.100.0.0/16 lookup main")
        .doesNotContain("1535: from all lookup main");
  }

  @Test
  void rulesOfOthersWithOurPrioritiesStay() throws Exception {
    var host = dumpedHost();
    node.eni("eth7", MAC2);
    node.onNode("link set eth7 up");
    node.onNode("route add default dev eth7 table 700");
    var theirs =
        List.of(
            "512: from all to 192.168.7.7 lookup main",
            "1024: from all fwmark 0x40/0x40 lookup main",
            "1536: from 192.168.7.7 lookup 700",
            "1536: from 10.0.1.77 lookup 700",
            "32765: from 192.168.7.7 lookup 200");
    for (var rule : theirs) {
      node.onNode("rule add prio " + rule.replace(": ", " ").replace("from all ", ""));
    }
    await(node.kernel().sync(host, List.of(), List.of()));
    assertThat(rules()).contains(theirs);
  }

  @Test
  void aFreedEniTakesItsRulesAlong() throws Exception {
    var host = dumpedHost();
    node.eni("eth1", MAC1);
    var eni = SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2);
    await(node.kernel().sync(SampleState.host(MAC0, "10.0.0.4", eni), List.of(), List.of()));
    assertThat(rules()).contains("32765");
    await(node.kernel().applyHost(host));
    assertThat(rules()).doesNotContain("32765");
  }

  @Test
  void aMissingPrimaryInterfaceIsSaidClearly() {
    assertThatThrownBy(
            () ->
                await(node.kernel().sync(SampleState.host(MAC0, "10.0.0.4"), List.of(), List.of())))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("no link has the primary ENI's MAC " + MAC0);
  }
}
