package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** These tests show what EC2's list proves, and what the reply to our own request knows better. */
class DescribeTest {
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final Scenario node = Scenario.m5large(new Targets(0, 1, 3, 0));

  private void ec2Has(Cidr... cidrs) {
    node.ec2.attach(FakeEc2.with(node.ec2.get(FakeEc2.PRIMARY), List.of(cidrs)));
  }

  private List<Cidr> ours() {
    return List.copyOf(node.eni("eni-0").blocks().keySet());
  }

  @Test
  void whatIsNewMayBeMissingFromAListForAMinute() {
    node.starts().shape("3");
    ec2Has();
    node.after(GRACE, false).described();
    assertThat(ours()).hasSize(3);
    node.after(Duration.ofMillis(1), false).doubts().holding.add(PoolCommand.AskEc2.class);
    node.tell(new PoolEvent.Ticked(node.now)).release();
    assertThat(node.eni("eni-0").blocks().values())
        .allSatisfy(block -> assertThat(block.since()).isEqualTo(node.now));
  }

  @Test
  void anEniThatIsNewLikewise() {
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, List.of()));
    node.starts();
    node.ec2.enis.remove(new EniId("eni-1"));
    node.after(GRACE, false).described();
    assertThat(node.state.ledger().enis()).containsKey(new EniId("eni-1"));
    node.after(Duration.ofMillis(1), false).described();
    assertThat(node.state.ledger().enis()).doesNotContainKey(new EniId("eni-1"));
  }

  @Test
  void anOldListDoesNotBringBackWhatWasGivenBack() {
    node.starts().pods(5).settled().shape("6");
    var old = List.copyOf(node.ec2.get(FakeEc2.PRIMARY).cidrs());
    node.pods(0).after(Duration.ofSeconds(29));
    for (int i = 0; i < 300 && !node.shape().equals("3"); i++) node.after(Duration.ofSeconds(1));
    ec2Has(old.toArray(Cidr[]::new));
    node.described();
    assertThat(ours()).hasSize(3);
    node.after(GRACE, false).described();
    assertThat(ours()).hasSize(6);
  }

  @Test
  void anOldListDoesNotBringBackAnEniThatWasFreed() {
    node.starts().pods(10).settled();
    var second = node.ec2.get(new EniId("eni-1"));
    node.pods(0).after(Duration.ofSeconds(32));
    for (int i = 0; i < 300 && node.ec2.enis.size() > 1; i++) node.after(Duration.ofSeconds(1));
    node.ec2.attach(FakeEc2.with(second, List.of()));
    node.described();
    assertThat(node.state.ledger().enis()).doesNotContainKey(second.id());
    node.after(GRACE, false).described();
    assertThat(node.state.ledger().enis()).containsKey(second.id());
  }

  @Test
  void anAddressThatEc2MovedToAnotherEniOfOursMovesHere() {
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, List.of()));
    node.starts().shape("3,0");
    var moved = ours().getFirst();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(3);
    var asked = (PoolCommand.AskEc2) node.held.remove();
    node.tell(
        new PoolEvent.Ec2Answered(
            asked.request(),
            new Ec2Reply.AddressesAssigned(new EniId("eni-1"), List.of(moved)),
            node.now));
    assertThat(ours()).doesNotContain(moved);
    assertThat(node.eni("eni-1").blocks()).containsKey(moved);
    // Its pod keeps it.
    assertThat(node.eni("eni-1").all().assigned()).isEqualTo(1);
    assertThat(
            node.state
                .ledger()
                .holding(Scenario.attachment("p0"))
                .orElseThrow()
                .addresses()
                .getFirst())
        .satisfies(held -> assertThat(held.eni().value()).isEqualTo("eni-1"))
        .satisfies(held -> assertThat(held.routeTable()).isEqualTo(2));
  }

  @Test
  void theAddressOfTheEniItselfIsForNoPod() {
    ec2Has(Cidr.parse("10.0.0.4/32"), Cidr.parse("10.0.0.9/32"));
    node.starts();
    assertThat(ours())
        .doesNotContain(Cidr.parse("10.0.0.4/32"))
        .contains(Cidr.parse("10.0.0.9/32"));
  }

  @Test
  void theOtherFamilyAndWhatEc2DoesNotGiveIsNotUsed() {
    ec2Has(Cidr.parse("2001:db8::/80"), Cidr.parse("10.0.4.0/27"));
    node.starts();
    assertThat(ours()).noneMatch(Cidr::v6).noneMatch(cidr -> cidr.prefix() == 27);
  }

  @Test
  void anEmptyListIsNoInstance() {
    node.starts().pods(2).after(Duration.ofMinutes(5));
    node.ec2.enis.clear();
    node.described();
    assertThat(node.state.ledger().enis()).hasSize(1);
    assertThat(node.condition(Condition.Name.ADDRESS_LOST)).isEmpty();
  }

  @Test
  void theHostIsSetUpAgainWhereEnisChanged() {
    node.starts();
    long before = node.count(PoolCommand.ApplyHost.class);
    node.described();
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(before);
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 2, List.of(), EniKind.EFA, false, true));
    node.described();
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(before + 1);
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, List.of(), EniKind.EFA, false, true));
    node.described();
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(before + 2);
    node.after(Duration.ofMinutes(2));
    node.ec2.enis.remove(new EniId("eni-1"));
    long later = node.count(PoolCommand.ApplyHost.class);
    node.described();
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(later + 1);
    assertThat(node.commands)
        .filteredOn(PoolCommand.ApplyHost.class::isInstance)
        .last()
        .isInstanceOfSatisfying(
            PoolCommand.ApplyHost.class,
            apply ->
                assertThat(apply.enis())
                    .extracting(AttachedEni::id)
                    .containsExactly(FakeEc2.PRIMARY));
  }

  /** Between our request and its answer a list may or may not show it. */
  @Test
  void whatEc2IsBeingAskedToTakeIsNotLost() {
    node.starts().pods(5).settled().pods(0).after(Duration.ofSeconds(29));
    node.holding.add(PoolCommand.AskEc2.class);
    for (int i = 0; i < 300 && node.held.isEmpty(); i++) node.after(Duration.ofSeconds(1));
    var answer = (PoolCommand.AskEc2) node.held.remove();
    var taken = ((UnassignAddresses) answer.ask()).cidrs();
    var kept = new ArrayList<>(node.ec2.get(FakeEc2.PRIMARY).cidrs());
    kept.removeAll(taken);
    ec2Has(kept.toArray(Cidr[]::new));
    node.doubts().tell(new PoolEvent.Ticked(node.now));
    node.perform(node.held.remove());
    node.tell(new PoolEvent.Ticked(node.now));
    assertThat(node.counts).doesNotContainKey(PoolCount.CIDR_LOST);
    assertThat(ours()).containsAll(taken);
    node.perform(answer);
    node.tell(new PoolEvent.Ticked(node.now));
    assertThat(ours()).hasSize(3).doesNotContainAnyElementsOf(taken);
  }

  @Test
  void anAddressThatRestsGoesOnRestingWhenItComesBack() {
    node.starts().adds("a").after(Duration.ofMinutes(2));
    var ip = node.ipOf("a");
    var all = node.ec2.get(FakeEc2.PRIMARY).cidrs();
    ec2Has(all.stream().filter(cidr -> !cidr.contains(ip)).toArray(Cidr[]::new));
    // Listed once more, without its link.
    node.dels("a").tell(new PoolEvent.DataplaneConnected(node.now)).described();
    assertThat(ours()).doesNotContain(ip.asCidr());
    ec2Has(all.toArray(Cidr[]::new));
    node.state = without(node.state);
    node.described();
    assertThat(node.eni("eni-0").blockOf(ip).orElseThrow().uses().get(ip))
        .isInstanceOf(AddressState.Cooling.class);
  }

  /** Returns the state as if the minute in which an old list may still show it had passed. */
  private static PoolState without(PoolState state) {
    var forgets = new Transition(state, state.clocks().now());
    forgets.ledger = forgets.ledger.gone(Map.of(), forgets.ledger.goneEnis());
    return forgets.state();
  }

  @Test
  void prefixesAreOursAsTheyAre() {
    var prefixed = Scenario.prefixes(new Targets(1, 0, 0, 1));
    prefixed.ec2.attach(FakeEc2.eni("eni-0", 0, 0, prefixed.ec2.fresh(AddressKind.IPV4_PREFIX, 2)));
    prefixed.starts().adds("a");
    assertThat(prefixed.ipOf("a")).isEqualTo(Ip.parse("10.1.0.0"));
    assertThat(PoolViews.of(prefixed.state).numbers().total()).isEqualTo(32);
  }
}
