package io.vpccni.netprog.host;

import static io.vpccni.netprog.host.PlannedHost.eni;
import static io.vpccni.netprog.host.PlannedHost.host;
import static io.vpccni.netprog.host.PlannedHost.pod;
import static io.vpccni.netprog.host.PlannedHost.podIp;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Tests the plan from random starts, without a kernel: every host comes into the desired state, and
 * foreign objects stay.
 */
class RandomHostTest {
  private final PlannedHost node = new PlannedHost();

  /** Returns a pod's address, or one that is not of the VPC. */
  private static Ip anyIp(Random random) {
    return random.nextInt(8) == 0 ? Ip.parse("192.168.7.7") : podIp(random.nextInt(6));
  }

  private static <T> T oneOf(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Returns a rule with a priority and shape that is ours, nearly ours, or somebody else's. */
  private static Rule anyRule(Random random) {
    int mark = random.nextInt(4) == 0 ? oneOf(random, List.of(0x80, 0x40, -1)) : 0;
    return new Rule(
        false,
        oneOf(random, List.of(0, 10, 20, 300, 512, 1024, 1535, 1536, 32765, 32766)),
        random.nextBoolean() ? Optional.of(anyIp(random).asCidr()) : Optional.empty(),
        random.nextInt(3) == 0 ? Optional.of(anyIp(random).asCidr()) : Optional.empty(),
        random.nextInt(6) == 0 ? Optional.of("eni" + random.nextInt(6)) : Optional.empty(),
        mark,
        mark,
        0,
        oneOf(random, List.of(2, 3, 77, 107, Route.MAIN, Route.LOCAL, 10101)),
        false);
  }

  @Test
  void anyStartReachesTheDesiredStateAndRulesOfOthersAndOfLivePodsStay() {
    for (int seed = 0; seed < 3000; seed++) {
      new RandomHostTest().history(seed);
    }
  }

  private void history(int seed) {
    var random = new Random(seed);
    node.link(1, "eth0", PlannedHost.PRIMARY, "");
    node.link(2, "eth1", new Mac(2), "");
    node.kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    for (int pod = 0; pod < 4; pod++) {
      node.link(10 + pod, "eni" + pod, new Mac(100 + pod), "veth");
      if (random.nextBoolean()) {
        node.kernel.routes.add(Route.onLink(podIp(pod).asCidr(), 10 + pod, Route.MAIN));
      }
    }
    for (int i = random.nextInt(20); i > 0; i--) {
      node.kernel.rules.add(anyRule(random));
    }
    node.kernel.rules.sort(Comparator.comparingInt(Rule::priority));
    if (random.nextBoolean()) {
      node.kernel.addresses.add(new Address(2, Ip.parse("10.0.9.77"), 24, Route.UNIVERSE));
    }
    var podEni =
        oneOf(
            random,
            List.of(
                Optional.<PodSecurityGroupMode>empty(),
                Optional.of(PodSecurityGroupMode.STRICT),
                Optional.of(PodSecurityGroupMode.STANDARD)));
    var pods = new ArrayList<PodState>();
    for (int pod = 0; pod < 3; pod++) {
      pods.add(pod(pod, oneOf(random, List.of(2, Route.MAIN, PodInterface.UNKNOWN_TABLE))));
    }
    var others = node.kernel.rules.stream().filter(RandomHostTest::ofOthers).toList();
    var ofUnplaced =
        pods.stream()
            .flatMap(pod -> pod.unplaced().stream())
            .map(Ip::asCidr)
            .flatMap(
                block ->
                    node.kernel.rules.stream()
                        .filter(rule -> rule.equals(Rule.from(1536, block, rule.table()))))
            .toList();
    // Pod 3 is not desired.
    var unexplained = podIp(3).asCidr();
    boolean live = node.kernel.view().has(Route.onLink(unexplained, 13, Route.MAIN));
    var itsRules =
        node.kernel.rules.stream()
            .filter(
                rule ->
                    (rule.equals(Rule.from(1536, unexplained, rule.table()))
                            && rule.table() != Route.LOCAL)
                        || rule.equals(Rule.to(512, unexplained, Route.MAIN)))
            .toList();

    node.converge("seed " + seed, host(podEni, List.of(eni(1, 0, 2), eni(2, 0, 3))), pods);

    assertThat(node.kernel.rules).as("seed %d", seed).containsAll(others);
    assertThat(node.kernel.rules)
        .as("seed %d: the ENI of the address is not known", seed)
        .containsAll(ofUnplaced);
    if (live) {
      assertThat(node.kernel.rules).as("seed %d", seed).containsAll(itsRules);
    } else {
      assertThat(node.kernel.rules).as("seed %d", seed).noneMatch(itsRules::contains);
    }
  }

  /** Tells of rules that are surely not ours, by a field that we would never write. */
  private static boolean ofOthers(Rule rule) {
    var outside = Optional.of(Cidr.parse("192.168.7.7/32"));
    boolean local = rule.priority() == 0 || rule.priority() == 20;
    return rule.priority() == 300
        || rule.priority() == 32766
        || (!local && rule.from().equals(outside))
        || (rule.priority() != 1535 && !local && rule.to().equals(outside))
        || (rule.mark() != 0 && rule.mark() != 0x80)
        || (rule.mark() != 0 && rule.priority() != 1024)
        || (rule.priority() == 10 && !rule.iif().equals(Optional.empty()));
  }
}
