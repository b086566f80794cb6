package io.vpccni.netprog.host;

import static io.vpccni.netprog.host.PlannedHost.eni;
import static io.vpccni.netprog.host.PlannedHost.host;
import static io.vpccni.netprog.host.PlannedHost.pod;
import static io.vpccni.netprog.host.PlannedHost.podIp;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests single decisions of the plan, without a kernel. */
class HostPlannerTest {
  private final PlannedHost node = new PlannedHost();

  @Test
  void aMarkThatIsNotRememberedIsSomebodyElses() {
    var host = host(Optional.empty(), List.of());
    var marked = Rule.marked(false, 1024, 0x40, Route.MAIN);
    node.kernel.rules.addAll(List.of(Rule.all(false, 0, Route.LOCAL), marked));
    node.converge("unknown", host, List.of());
    assertThat(node.kernel.rules).contains(marked);

    var remembered = FormerState.NONE.withMarks(Set.of(0x40));
    node.apply(HostPlanner.of(host, List.of(), remembered, Set.of(), node.kernel.view()));
    assertThat(node.kernel.rules)
        .doesNotContain(marked)
        .contains(Rule.marked(false, 1024, 0x80, Route.MAIN));
  }

  @Test
  void aRuleToEverythingGoesAndThoseThatItsRemovalWouldHitFirstStay() {
    var host = host(Optional.empty(), List.of());
    node.kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    node.converge("before", host, List.of());
    var service = Rule.to(1535, Cidr.parse("172.31.99.0/24"), Route.MAIN);
    var everything = Rule.to(1535, Cidr.parse("0.0.0.0/0"), Route.MAIN);
    node.kernel.rules.add(everything);
    for (var change : node.plan(host, List.of()).changes()) {
      node.kernel.apply(List.of(change.request()));
      assertThat(node.kernel.rules).as(change.toString()).contains(service);
    }
    assertThat(node.kernel.rules).doesNotContain(everything).containsOnlyOnce(service);
  }

  @Test
  void aRuleWhoseRemovalWouldHitSomebodyElsesStays() {
    var host = host(Optional.empty(), List.of());
    var theirs = Rule.to(1535, Cidr.parse("192.168.7.0/24"), Route.MAIN).withIpProtocol(6);
    var everything = Rule.to(1535, Cidr.parse("0.0.0.0/0"), Route.MAIN);
    node.kernel.rules.addAll(List.of(Rule.all(false, 0, Route.LOCAL), theirs, everything));
    node.settle(host, List.of());
    assertThat(node.kernel.rules).contains(theirs, everything);
  }

  @Test
  void theRuleOfAPodWhoseEniIsNotKnownStaysUntilItIs() {
    node.link(1, "eth0", PlannedHost.PRIMARY, "");
    node.link(10, "eni1", new Mac(100), "veth");
    node.kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    var byReference = Rule.from(1536, podIp(1).asCidr(), 3);
    node.kernel.rules.add(byReference);
    var host = host(Optional.empty(), List.of());
    var unplaced = pod(1, PodInterface.UNKNOWN_TABLE);

    node.converge("unknown", host, List.of(unplaced));
    assertThat(node.kernel.rules)
        .contains(byReference, Rule.to(512, podIp(1).asCidr(), Route.MAIN));

    node.converge("placed on the same ENI", host, List.of(unplaced.placedAs(pod(1, 3))));
    assertThat(node.kernel.rules).contains(byReference);

    node.converge("placed on another ENI", host, List.of(unplaced.placedAs(pod(1, 2))));
    assertThat(node.kernel.rules)
        .doesNotContain(byReference)
        .contains(Rule.from(1536, podIp(1).asCidr(), 2));

    node.converge("known", host, List.of(pod(1, Route.MAIN).placedAs(pod(1, 3))));
    assertThat(node.kernel.rules)
        .as("a known table is not told anew")
        .noneMatch(rule -> rule.priority() == 1536);
  }

  @Test
  void whatIsPlannedIsDoneAfterOneLookAndNothingIsPlannedTwice() {
    node.link(1, "eth0", PlannedHost.PRIMARY, "");
    node.link(2, "eth1", new Mac(2), "");
    node.link(10, "eni1", new Mac(100), "veth");
    node.kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    var host = host(Optional.empty(), List.of(eni(1, 0, 2), eni(2, 0, 3)));
    var plan = node.plan(host, List.of(pod(1, 2)));
    assertThat(plan.missing()).containsExactly("eni-2");
    assertThat(plan.tables()).containsOnlyKeys("eni-1");
    node.apply(plan);
    assertThat(node.plan(host, List.of(pod(1, 2))).changes()).isEmpty();
    // The subnet is behind the primary ENI.
    assertThat(node.kernel.routes)
        .noneMatch(route -> route.table() == Route.MAIN && route.link() == 2);
  }

  @Test
  void aForeignAddressOfAnEniGoesBeforeTheOwnOneComes() {
    node.link(2, "eth1", new Mac(2), "");
    node.kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    node.kernel.addresses.add(new Address(2, Ip.parse("10.0.9.77"), 24, Route.UNIVERSE));
    node.kernel.addresses.add(new Address(2, Ip.parse("169.254.9.9"), 16, Route.LINK));
    var host = host(Optional.empty(), List.of(eni(1, 0, 2)));
    var words =
        node.plan(host, List.of()).changes().stream()
            .map(change -> change.request().toString())
            .toList();
    assertThat(words.indexOf("ip address del 10.0.9.77/24 dev 2"))
        .isNotNegative()
        .isLessThan(words.indexOf("ip address add 10.0.9.1/24 dev 2"));
    assertThat(words).noneMatch(word -> word.contains("del 169.254"));
  }

  @Test
  void theLocalRuleIsNeverMissing() {
    node.kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    for (var mode :
        List.of(Optional.of(PodSecurityGroupMode.STRICT), Optional.<PodSecurityGroupMode>empty())) {
      for (var change : node.plan(host(mode, List.of()), List.of()).changes()) {
        node.kernel.apply(List.of(change.request()));
        assertThat(node.kernel.rules).anyMatch(rule -> rule.table() == Route.LOCAL);
      }
    }
    assertThat(node.kernel.rules).contains(Rule.all(false, 0, Route.LOCAL));
  }

  @Test
  void aTableOfAnotherCardFollowsTheOnlyRuleElseTheOlderFormulaElseTheOwn() {
    node.link(2, "eth1", new Mac(2), "");
    var host = host(Optional.empty(), List.of(eni(1, 1, 10101)));
    assertThat(node.plan(host, List.of()).tables()).containsValue(10101);
    node.kernel.rules.add(Rule.from(100, Cidr.parse("10.0.9.1/32"), 700));
    assertThat(node.plan(host, List.of()).tables()).containsValue(700);
    node.kernel.rules.add(Rule.from(200, Cidr.parse("10.0.9.1/32"), 701));
    assertThat(node.plan(host, List.of()).tables()).containsValue(10101);
    // device 1 + 1 + card 1 × 8 ENIs.
    node.kernel.rules.add(Rule.from(300, Cidr.parse("10.0.9.1/32"), 10));
    assertThat(node.plan(host, List.of()).tables()).containsValue(10);
    assertThat(node.plan(host, List.of()).changes())
        .noneMatch(change -> change.request().toString().contains("32765"));
  }
}
