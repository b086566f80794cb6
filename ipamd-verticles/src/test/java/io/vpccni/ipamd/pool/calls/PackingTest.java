package io.vpccni.ipamd.pool.calls;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.Links;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pods are packed, so that idle prefixes and ENIs drain. */
class PackingTest {
  private static final Targets NONE = new Targets(0, 0, 0, 0);

  private static Scenario node(AddressKind kind) {
    return new Scenario(settings().kind(kind).targets(NONE).build()).limits(3, 9);
  }

  private static List<Cidr> singles(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(last -> Cidr.parse("10.0.7." + last + "/32"))
        .toList();
  }

  /** Adds pods that hold these addresses. */
  private static void taken(Scenario node, String... ips) {
    for (var ip : ips) {
      var eni =
          node.state
              .ledger()
              .enis()
              .get(node.state.ledger().places().get(placeOf(node, Ip.parse(ip))));
      var transition = new Transition(node.state, node.now);
      transition.ledger =
          transition.ledger.use(
              eni.id(), Ip.parse(ip), new AddressState.Assigned(Scenario.attachment(ip)));
      node.state = transition.state();
    }
  }

  private static Cidr placeOf(Scenario node, Ip ip) {
    return node.state.ledger().places().containsKey(ip.asCidr()) ? ip.asCidr() : Block.prefixOf(ip);
  }

  @Test
  void ofEquallyFullEnisTheOneThatWasAttachedFirst() {
    var node = node(AddressKind.SECONDARY_IP);
    node.ec2.attach(FakeEc2.eni("eni-a", 0, 2, singles(10, 2)));
    node.ec2.attach(FakeEc2.eni("eni-b", 0, 1, singles(20, 2)));
    node.starts().adds("a", "b", "c");
    node.granted("a", "10.0.7.20").granted("b", "10.0.7.21").granted("c", "10.0.7.10");
  }

  @Test
  void theFullerEniComesFirstWhateverItsPlace() {
    var node = node(AddressKind.SECONDARY_IP);
    node.ec2.attach(FakeEc2.eni("eni-a", 0, 1, singles(10, 3)));
    node.ec2.attach(FakeEc2.eni("eni-b", 0, 2, singles(20, 3)));
    node.starts();
    taken(node, "10.0.7.21");
    node.adds("a").granted("a", "10.0.7.20");
  }

  @Test
  void onAnEniTheAddressThatHasBeenFreeForTheLongestTime() {
    var node = node(AddressKind.SECONDARY_IP).limits(1, 3);
    node.ec2.attach(FakeEc2.eni("eni-0", 0, 0, singles(10, 3)));
    node.starts().adds("a", "b", "c").dels("b").after(Duration.ofSeconds(1)).dels("a", "c");
    node.after(Duration.ofMinutes(1)).adds("d", "e", "f");
    node.granted("d", "10.0.7.11").granted("e", "10.0.7.10").granted("f", "10.0.7.12");
  }

  @Test
  void theFullestPrefixAlsoOnAnEmptierEni() {
    var node = node(AddressKind.IPV4_PREFIX);
    node.ec2.attach(prefixes("eni-0", 0, 0, 1));
    node.ec2.attach(prefixes("eni-1", 1, 2, 3));
    node.starts();
    taken(node, "10.0.7.1", "10.0.7.17", "10.0.7.18", "10.0.7.33", "10.0.7.34", "10.0.7.35");
    node.adds("a").granted("a", "10.0.7.32");
    // 3 and 2 on the first, 4 on the second one.
    taken(node, "10.0.7.2", "10.0.7.3");
    node.adds("b").granted("b", "10.0.7.36");
  }

  @Test
  void ofEquallyFullPrefixesTheOneOfTheFullerEni() {
    var node = node(AddressKind.IPV4_PREFIX);
    node.ec2.attach(prefixes("eni-0", 0, 0, 1));
    node.ec2.attach(prefixes("eni-1", 1, 2, 3));
    node.starts();
    taken(node, "10.0.7.1", "10.0.7.17", "10.0.7.33", "10.0.7.49");
    // The third prefix of the second ENI is full.
    node.ec2.attach(prefixes("eni-1", 1, 2, 3, 4));
    node.tell(new PoolEvent.ImdsRead(List.copyOf(node.ec2.enis.values()), node.now));
    taken(node, all(64));
    node.adds("a").granted("a", "10.0.7.32");
  }

  private static String[] all(int first) {
    return IntStream.range(first, first + 16).mapToObj(i -> "10.0.7." + i).toArray(String[]::new);
  }

  private static io.vpccni.ipamd.eni.AttachedEni prefixes(String id, int device, int... nth) {
    return FakeEc2.eni(
        id,
        0,
        device,
        IntStream.of(nth).mapToObj(n -> Cidr.parse("10.0.7." + 16 * n + "/28")).toList());
  }

  @Test
  void enisThatAreNotOursOrNotReadyServeNobody() {
    var node = node(AddressKind.SECONDARY_IP);
    node.ec2.attach(FakeEc2.eni("eni-x", 0, 1, singles(10, 2), EniKind.ORDINARY, true, true));
    node.ec2.attach(FakeEc2.eni("eni-u", 0, 2, singles(20, 2), EniKind.ORDINARY, false, false));
    node.ec2.attach(FakeEc2.eni("eni-l", 0, 3, singles(30, 2)));
    node.holding.add(PoolCommand.ApplyHost.class);
    node.starts().adds("a");
    node.tell(new PoolEvent.HostApplied(Map.of(), Set.of(new EniId("eni-l")), node.now));
    assertThat(node.state.ledger().holdings().values())
        .flatExtracting(Holding::addresses)
        .extracting(held -> held.eni().value())
        .doesNotContain("eni-x", "eni-u", "eni-l");
  }

  /** A round of serving remembers what it chose last: that must never show. */
  @ParameterizedTest
  @EnumSource
  void aBurstIsPackedLikePodsThatComeOneAfterTheOther(AddressKind kind) {
    for (int seed = 1; seed <= 20; seed++) {
      var one = used(kind, seed);
      var burst = used(kind, seed);
      for (int pod = 0; pod < 12; pod++) one.add("n" + pod);
      var known = new Transition(burst.state, burst.now);
      known.links =
          new Links(
              true,
              java.util.Optional.empty(),
              known.links.missingSince(),
              known.links.detaching(),
              known.links.pendingDeletions(),
              known.links.addressChanges());
      burst.state = known.state();
      burst.holding.add(PoolCommand.ListVeths.class);
      for (int pod = 0; pod < 12; pod++) burst.add("n" + pod);
      burst.unanswered("n0").after(Duration.ofSeconds(1), false).release();
      for (int pod = 0; pod < 12; pod++) {
        assertThat(burst.ipOf("n" + pod))
            .as("seed %d pod %d", seed, pod)
            .isEqualTo(one.ipOf("n" + pod));
      }
    }
  }

  /** Pods have come and gone on three ENIs. */
  private static Scenario used(AddressKind kind, int seed) {
    var node = new Scenario(settings().kind(kind).targets(NONE).cooldown(Duration.ZERO).build());
    node.limits(3, 9);
    for (int eni = 0; eni < 3; eni++) {
      int count = kind == AddressKind.IPV6_PREFIX ? 1 : 9;
      node.ec2.attach(FakeEc2.eni("eni-" + eni, 0, eni, node.ec2.fresh(kind, count)));
    }
    node.starts();
    var chance = new Random(seed);
    for (int step = 0; step < 60; step++) {
      var pod = "p" + chance.nextInt(14);
      if (node.state.ledger().holding(Scenario.attachment(pod)).isPresent()) {
        node.dels(pod);
      } else {
        node.adds(pod);
      }
      node.after(Duration.ofMillis(10), false);
    }
    return node;
  }

  @Test
  void aSingleAddressIsOfTheFirstCardThatHasOne() {
    var node = twoCards(1, 1);
    node.adds("a", "b");
    assertThat(cardOf(node, "a")).isZero();
    assertThat(cardOf(node, "b")).isEqualTo(1);
  }

  @Test
  void aPodThatWantsOneOfEachCardWaitsForBothAndKeepsNobodyElseFromHis() {
    var node = twoCards(2, 1);
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("a");
    multi(node, "m");
    multi(node, "n");
    node.adds("b").unanswered("n");
    assertThat(node.state.ledger().holding(Scenario.attachment("m")).orElseThrow().addresses())
        .extracting(HeldAddress::networkCard)
        .containsExactly(0, 1);
    node.unanswered("b");
    assertThat(cardOf(node, "a")).isZero();
  }

  private static void multi(Scenario node, String pod) {
    node.tell(
        new PoolEvent.AddReceived(
            node.call(pod),
            Scenario.attachment(pod),
            new PodRef("default", pod),
            new Wiring("", List.of("eni" + pod), Wiring.By.PROGRAMMER),
            true,
            node.now));
  }

  private static int cardOf(Scenario node, String pod) {
    return node.state
        .ledger()
        .holding(Scenario.attachment(pod))
        .orElseThrow()
        .addresses()
        .getFirst()
        .networkCard();
  }

  private static Scenario twoCards(int first, int second) {
    var node = new Scenario(settings().targets(NONE).multiNic().build());
    node.ec2.slots(9);
    node.ec2.attach(FakeEc2.eni("eni-0", 0, 0, singles(10, first)));
    node.ec2.attach(FakeEc2.eni("eni-1", 1, 0, singles(20, second)));
    node.tell(new PoolEvent.LimitsKnown(new Limits(1, Math.max(first, second), 2), node.now));
    return node.starts();
  }
}
