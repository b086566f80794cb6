package io.vpccni.netprog.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.FakeKernel;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Tests the plan without a kernel: every node comes into the desired state, and foreign objects
 * stay.
 */
class HostPlannerTest {
  private static final int ROUNDS = 4;
  private static final Mac PRIMARY = new Mac(1);

  private final FakeKernel kernel = new FakeKernel();

  private void link(int index, String name, Mac mac, String kind) {
    kernel.links.put(index, new Link(index, name, Optional.of(mac), 1500, false, 0, -1, 0, kind));
  }

  private static HostState host(Optional<PodSecurityGroupMode> podEni, List<SecondaryEni> enis) {
    return new HostState(
        false,
        new PrimaryEni(PRIMARY, Ip.parse("10.0.0.4"), Optional.empty()),
        new Cidrs(
            List.of(Cidr.parse("10.0.0.0/16")), List.of(), List.of(Cidr.parse("172.31.99.0/24"))),
        new NatSettings(false, true, SnatRandomization.FULLY, 0x80),
        9001,
        "eni",
        podEni,
        false,
        enis);
  }

  private static SecondaryEni eni(int number, int card, int table) {
    return new SecondaryEni(
        "eni-" + number,
        new Mac(1 + number),
        Ip.parse("10.0.9." + number),
        Cidr.parse("10.0.9.0/24"),
        card,
        number,
        table,
        false);
  }

  private static PodState pod(int number, int table) {
    return new PodState(
        "c" + number,
        "eth0",
        "default",
        "p" + number,
        Optional.empty(),
        List.of(new PodInterface("eth0", "eni" + number, podIp(number), table)),
        Optional.empty(),
        Optional.empty(),
        9001);
  }

  private static Ip podIp(int number) {
    return Ip.parse("10.0.1." + number);
  }

  private Plan plan(HostState host, List<PodState> pods) {
    return HostPlanner.of(host, pods, FormerState.NONE, Set.of(), kernel.view());
  }

  private void apply(Plan plan) {
    kernel.apply(plan.changes().stream().map(Plan.Change::request).toList());
  }

  private void converge(String what, HostState host, List<PodState> pods) {
    for (int round = 0; round < ROUNDS; round++) {
      apply(plan(host, pods));
    }
    assertThat(plan(host, pods).changes()).as(what).isEmpty();
  }

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
      new HostPlannerTest().history(seed);
    }
  }

  private void history(int seed) {
    var random = new Random(seed);
    link(1, "eth0", PRIMARY, "");
    link(2, "eth1", new Mac(2), "");
    kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    for (int pod = 0; pod < 4; pod++) {
      link(10 + pod, "eni" + pod, new Mac(100 + pod), "veth");
      if (random.nextBoolean()) {
        kernel.routes.add(Route.onLink(podIp(pod).asCidr(), 10 + pod, Route.MAIN));
      }
    }
    for (int i = random.nextInt(20); i > 0; i--) {
      kernel.rules.add(anyRule(random));
    }
    kernel.rules.sort(Comparator.comparingInt(Rule::priority));
    if (random.nextBoolean()) {
      kernel.addresses.add(new Address(2, Ip.parse("10.0.9.77"), 24, Route.UNIVERSE));
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
    var others = kernel.rules.stream().filter(HostPlannerTest::ofOthers).toList();
    var ofUnplaced =
        pods.stream()
            .flatMap(pod -> pod.unplaced().stream())
            .map(Ip::asCidr)
            .flatMap(
                block ->
                    kernel.rules.stream()
                        .filter(rule -> rule.equals(Rule.from(1536, block, rule.table()))))
            .toList();
    // Pod 3 is not desired.
    var unexplained = podIp(3).asCidr();
    boolean live = kernel.view().has(Route.onLink(unexplained, 13, Route.MAIN));
    var itsRules =
        kernel.rules.stream()
            .filter(
                rule ->
                    (rule.equals(Rule.from(1536, unexplained, rule.table()))
                            && rule.table() != Route.LOCAL)
                        || rule.equals(Rule.to(512, unexplained, Route.MAIN)))
            .toList();

    converge("seed " + seed, host(podEni, List.of(eni(1, 0, 2), eni(2, 0, 3))), pods);

    assertThat(kernel.rules).as("seed %d", seed).containsAll(others);
    assertThat(kernel.rules)
        .as("seed %d: the ENI of the address is not known", seed)
        .containsAll(ofUnplaced);
    if (live) {
      assertThat(kernel.rules).as("seed %d", seed).containsAll(itsRules);
    } else {
      assertThat(kernel.rules).as("seed %d", seed).noneMatch(itsRules::contains);
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

  @Test
  void aMarkThatIsNotRememberedIsSomebodyElses() {
    var host = host(Optional.empty(), List.of());
    var marked = Rule.marked(false, 1024, 0x40, Route.MAIN);
    kernel.rules.addAll(List.of(Rule.all(false, 0, Route.LOCAL), marked));
    converge("unknown", host, List.of());
    assertThat(kernel.rules).contains(marked);

    var remembered = FormerState.NONE.withMarks(Set.of(0x40));
    apply(HostPlanner.of(host, List.of(), remembered, Set.of(), kernel.view()));
    assertThat(kernel.rules)
        .doesNotContain(marked)
        .contains(Rule.marked(false, 1024, 0x80, Route.MAIN));
  }

  @Test
  void aRuleToEverythingGoesAndThoseThatItsRemovalWouldHitFirstStay() {
    var host = host(Optional.empty(), List.of());
    kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    converge("before", host, List.of());
    var service = Rule.to(1535, Cidr.parse("172.31.99.0/24"), Route.MAIN);
    var everything = Rule.to(1535, Cidr.parse("0.0.0.0/0"), Route.MAIN);
    kernel.rules.add(everything);
    for (var change : plan(host, List.of()).changes()) {
      kernel.apply(List.of(change.request()));
      assertThat(kernel.rules).as(change.toString()).contains(service);
    }
    assertThat(kernel.rules).doesNotContain(everything).containsOnlyOnce(service);
  }

  @Test
  void aRuleWhoseRemovalWouldHitSomebodyElsesStays() {
    var host = host(Optional.empty(), List.of());
    var theirs = Rule.to(1535, Cidr.parse("192.168.7.0/24"), Route.MAIN).withIpProtocol(6);
    var everything = Rule.to(1535, Cidr.parse("0.0.0.0/0"), Route.MAIN);
    kernel.rules.addAll(List.of(Rule.all(false, 0, Route.LOCAL), theirs, everything));
    for (int round = 0; round < ROUNDS; round++) {
      apply(plan(host, List.of()));
    }
    assertThat(kernel.rules).contains(theirs, everything);
  }

  @Test
  void theRuleOfAPodWhoseEniIsNotKnownStaysUntilItIs() {
    link(1, "eth0", PRIMARY, "");
    link(10, "eni1", new Mac(100), "veth");
    kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    var byReference = Rule.from(1536, podIp(1).asCidr(), 3);
    kernel.rules.add(byReference);
    var host = host(Optional.empty(), List.of());
    var unplaced = pod(1, PodInterface.UNKNOWN_TABLE);

    converge("unknown", host, List.of(unplaced));
    assertThat(kernel.rules).contains(byReference, Rule.to(512, podIp(1).asCidr(), Route.MAIN));

    converge("placed on the same ENI", host, List.of(unplaced.placedAs(pod(1, 3))));
    assertThat(kernel.rules).contains(byReference);

    converge("placed on another ENI", host, List.of(unplaced.placedAs(pod(1, 2))));
    assertThat(kernel.rules)
        .doesNotContain(byReference)
        .contains(Rule.from(1536, podIp(1).asCidr(), 2));

    converge("known", host, List.of(pod(1, Route.MAIN).placedAs(pod(1, 3))));
    assertThat(kernel.rules)
        .as("a known table is not told anew")
        .noneMatch(rule -> rule.priority() == 1536);
  }

  @Test
  void whatIsPlannedIsDoneAfterOneLookAndNothingIsPlannedTwice() {
    link(1, "eth0", PRIMARY, "");
    link(2, "eth1", new Mac(2), "");
    link(10, "eni1", new Mac(100), "veth");
    kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    var host = host(Optional.empty(), List.of(eni(1, 0, 2), eni(2, 0, 3)));
    var plan = plan(host, List.of(pod(1, 2)));
    assertThat(plan.missing()).containsExactly("eni-2");
    assertThat(plan.tables()).containsOnlyKeys("eni-1");
    apply(plan);
    assertThat(plan(host, List.of(pod(1, 2))).changes()).isEmpty();
    // The subnet is behind the primary ENI.
    assertThat(kernel.routes).noneMatch(route -> route.table() == Route.MAIN && route.link() == 2);
  }

  @Test
  void aForeignAddressOfAnEniGoesBeforeTheOwnOneComes() {
    link(2, "eth1", new Mac(2), "");
    kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    kernel.addresses.add(new Address(2, Ip.parse("10.0.9.77"), 24, Route.UNIVERSE));
    kernel.addresses.add(new Address(2, Ip.parse("169.254.9.9"), 16, Route.LINK));
    var host = host(Optional.empty(), List.of(eni(1, 0, 2)));
    var words =
        plan(host, List.of()).changes().stream()
            .map(change -> change.request().toString())
            .toList();
    assertThat(words.indexOf("ip address del 10.0.9.77/24 dev 2"))
        .isNotNegative()
        .isLessThan(words.indexOf("ip address add 10.0.9.1/24 dev 2"));
    assertThat(words).noneMatch(word -> word.contains("del 169.254"));
  }

  @Test
  void theLocalRuleIsNeverMissing() {
    kernel.rules.add(Rule.all(false, 0, Route.LOCAL));
    for (var mode :
        List.of(Optional.of(PodSecurityGroupMode.STRICT), Optional.<PodSecurityGroupMode>empty())) {
      for (var change : plan(host(mode, List.of()), List.of()).changes()) {
        kernel.apply(List.of(change.request()));
        assertThat(kernel.rules).anyMatch(rule -> rule.table() == Route.LOCAL);
      }
    }
    assertThat(kernel.rules).contains(Rule.all(false, 0, Route.LOCAL));
  }

  @Test
  void aTableOfAnotherCardFollowsTheOnlyRuleElseTheOlderFormulaElseTheOwn() {
    link(2, "eth1", new Mac(2), "");
    var host = host(Optional.empty(), List.of(eni(1, 1, 10101)));
    assertThat(plan(host, List.of()).tables()).containsValue(10101);
    kernel.rules.add(Rule.from(100, Cidr.parse("10.0.9.1/32"), 700));
    assertThat(plan(host, List.of()).tables()).containsValue(700);
    kernel.rules.add(Rule.from(200, Cidr.parse("10.0.9.1/32"), 701));
    assertThat(plan(host, List.of()).tables()).containsValue(10101);
    // device 1 + 1 + card 1 × 8 ENIs.
    kernel.rules.add(Rule.from(300, Cidr.parse("10.0.9.1/32"), 10));
    assertThat(plan(host, List.of()).tables()).containsValue(10);
    assertThat(plan(host, List.of()).changes())
        .noneMatch(change -> change.request().toString().contains("32765"));
  }
}
