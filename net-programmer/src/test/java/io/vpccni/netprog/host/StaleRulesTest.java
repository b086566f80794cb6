package io.vpccni.netprog.host;

import static io.vpccni.netprog.host.PlannedHost.eni;
import static io.vpccni.netprog.host.PlannedHost.host;
import static io.vpccni.netprog.host.PlannedHost.podIp;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests whose rules and routes are taken away, by what the routes, links and addresses of the
 * kernel prove.
 */
class StaleRulesTest {
  private static final Cidr POD = podIp(0).asCidr();
  private static final Cidr EVERYTHING = Cidr.parse("0.0.0.0/0");

  /** A secondary ENI that this node had, as its address is one of the VPC's. */
  private static final Ip FORMER_ENI = Ip.parse("10.0.9.9");

  private static final int THEIR_TABLE = 77;
  private static final int VETH = 10;

  private final PlannedHost node = new PlannedHost();

  @BeforeEach
  void links() {
    node.link(1, "eth0", PlannedHost.PRIMARY, "");
    node.link(2, "eth1", new Mac(2), "");
    node.link(3, "vlan.eth.7", new Mac(70), "vlan");
    node.link(4, "tun0", new Mac(71), "tun");
    node.link(VETH, "eni0", new Mac(100), "veth");
    node.kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
  }

  private boolean stays(Rule rule, Set<Integer> linksBeingDeleted) {
    node.kernel.rules.add(rule);
    var host = host(Optional.empty(), List.of(eni(1, 0, 2)));
    for (int look = 0; look < 2; look++) {
      node.apply(
          HostPlanner.of(host, List.of(), FormerState.NONE, linksBeingDeleted, node.kernel.view()));
    }
    return node.kernel.rules.remove(rule);
  }

  private boolean stays(Rule rule) {
    return stays(rule, Set.of());
  }

  @Test
  void aRouteToAVethProvesThatAPodLivesThere() {
    var toPod = Rule.to(512, POD, Route.MAIN);
    assertThat(stays(toPod)).as("no route").isFalse();
    node.kernel.routes.add(Route.onLink(POD, VETH, Route.MAIN));
    assertThat(stays(toPod)).isTrue();
    assertThat(stays(Rule.from(1536, POD, 2))).isTrue();
    assertThat(stays(toPod, Set.of(VETH))).as("its link is being deleted").isFalse();
  }

  @Test
  void aRouteToAnotherKindOfLinkProvesNoPod() {
    node.kernel.routes.add(Route.onLink(POD, 4, Route.MAIN));
    assertThat(stays(Rule.to(512, POD, Route.MAIN))).isFalse();
  }

  @Test
  void aRouteToABlockProvesNoPodWithTheFirstAddressOfTheBlock() {
    node.kernel.routes.add(Route.onLink(new Cidr(POD.network(), 24), VETH, Route.MAIN));
    assertThat(stays(Rule.to(512, POD, Route.MAIN))).isFalse();
  }

  @Test
  void aTableThatLeadsOverALinkOfSomebodyElseIsNotOurs() {
    var theirs = Rule.from(1536, POD, THEIR_TABLE);
    assertThat(stays(theirs)).as("a table that leads nowhere").isFalse();
    node.kernel.routes.add(Route.onLink(EVERYTHING, 2, THEIR_TABLE));
    assertThat(stays(theirs)).as("over an ENI").isFalse();
    node.kernel.routes.add(Route.onLink(Cidr.parse("10.0.2.0/24"), 3, THEIR_TABLE));
    assertThat(stays(theirs)).as("over a branch ENI").isFalse();
    node.kernel.routes.add(Route.onLink(Cidr.parse("10.0.3.0/24"), 4, THEIR_TABLE));
    assertThat(stays(theirs)).as("over a link of theirs too").isTrue();
    node.kernel.links.remove(4);
    assertThat(stays(theirs)).as("over a link that is not known").isTrue();
  }

  @Test
  void theTablesOfTheKernelAreNotOurs() {
    assertThat(stays(Rule.from(1536, POD, Route.LOCAL))).isTrue();
    assertThat(stays(Rule.from(1536, POD, 253))).as("the default table").isTrue();
  }

  @Test
  void aRuleOfAnEniThatIsGoneHasATableThatIsEmpty() {
    var former = Rule.from(32765, FORMER_ENI.asCidr(), 9);
    node.kernel.routes.add(Route.onLink(EVERYTHING, 4, THEIR_TABLE));
    assertThat(stays(former)).isFalse();
    node.kernel.routes.add(Route.onLink(EVERYTHING, 4, 9));
    assertThat(stays(former)).isTrue();
  }

  @Test
  void aRuleForAnAddressThatTheNodeHasIsNotOfAnEniThatIsGone() {
    node.kernel.addresses.add(new Address(1, FORMER_ENI, 32, Route.UNIVERSE));
    assertThat(stays(Rule.from(32765, FORMER_ENI.asCidr(), 9))).isTrue();
  }

  @Test
  void aRuleToATableOfTheKernelIsNotOfAnEniThatIsGone() {
    assertThat(stays(Rule.from(32765, FORMER_ENI.asCidr(), 253))).isTrue();
    assertThat(stays(Rule.from(32765, FORMER_ENI.asCidr(), 10101))).isTrue();
  }

  private static Route kernels(Cidr block, int link, int table, int metric) {
    return new Route(
        block,
        Optional.empty(),
        link,
        table,
        Route.UNIVERSE,
        Route.KERNEL,
        metric,
        Optional.empty(),
        false);
  }

  /** The kernel makes one with an address of a secondary ENI; every other is somebody else's. */
  @Test
  void ofTheRoutesToTheSubnetOnlyThatOfTheKernelOverTheEniGoes() {
    var subnet = Cidr.parse("10.0.9.0/24");
    var kernels = Route.onLink(subnet, 2, Route.MAIN).withSource(Ip.parse("10.0.9.1"));
    var others =
        List.of(
            Route.onLink(subnet, 1, Route.MAIN).withSource(Ip.parse("10.0.9.1")),
            Route.onLink(subnet, 2, THEIR_TABLE).withSource(Ip.parse("10.0.9.1")),
            Route.onLink(Cidr.parse("10.0.8.0/24"), 2, Route.MAIN)
                .withSource(Ip.parse("10.0.9.1")));
    node.kernel.addresses.add(new Address(2, Ip.parse("10.0.9.1"), 24, Route.UNIVERSE));
    node.kernel.routes.add(kernels);
    node.kernel.routes.addAll(others);
    node.settle(host(Optional.empty(), List.of(eni(1, 0, 2))), List.of());
    assertThat(node.kernel.routes).doesNotContain(kernels).containsAll(others);
  }

  @Test
  void aRouteToTheSubnetWithAnotherSourceIsSomebodyElses() {
    var theirs =
        Route.onLink(Cidr.parse("10.0.9.0/24"), 2, Route.MAIN).withSource(Ip.parse("10.0.9.8"));
    node.kernel.addresses.add(new Address(2, Ip.parse("10.0.9.1"), 24, Route.UNIVERSE));
    node.kernel.routes.add(theirs);
    node.settle(host(Optional.empty(), List.of(eni(1, 0, 2))), List.of());
    assertThat(node.kernel.routes).contains(theirs);
  }

  /** The kernel gives its own routes of IPv6 the metric 256, and others get 1024 by default. */
  @Test
  void ofTheRoutesToAnIpv6SubnetOnlyThatWithTheKernelsMetricGoes() {
    var subnet = Cidr.parse("2001:db8:0:9::/64");
    var eni =
        new SecondaryEni("eni-1", new Mac(2), Ip.parse("2001:db8:0:9::1"), subnet, 0, 1, 2, false);
    var theirs = kernels(subnet, 2, Route.MAIN, 1024);
    node.kernel.addresses.add(new Address(2, eni.primaryIp(), 64, Route.UNIVERSE));
    node.kernel.routes.add(theirs);
    assertThat(removesRoutes(eni)).isFalse();
    node.kernel.routes.add(kernels(subnet, 2, Route.MAIN, 256));
    assertThat(removesRoutes(eni)).isTrue();
  }

  private boolean removesRoutes(SecondaryEni eni) {
    return node.plan(host(Optional.empty(), List.of(eni)), List.of()).changes().stream()
        .anyMatch(change -> change.request().toString().startsWith("ip route del"));
  }
}
