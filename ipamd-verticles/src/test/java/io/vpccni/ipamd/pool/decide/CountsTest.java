package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each event counts once, whatever looks at it again. */
class CountsTest {
  private static final Duration LATER = Duration.ofMinutes(2);

  private final Scenario node = Scenario.m5large(new Targets(0, 1, 0, 0));

  private long count(PoolCount what) {
    return node.counts.getOrDefault(what, 0L);
  }

  @Test
  void whatTheFirstListShowsIsNoNews() {
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(AddressKind.SECONDARY_IP, 2)));
    node.holding.add(PoolCommand.ReadImds.class);
    node.starts();
    assertThat(node.counts).isEmpty();
  }

  @Test
  void enisThatOthersAttachAreFoundOnce() {
    node.starts();
    node.ec2.attach(FakeEc2.eni("eni-x", 0, 1, List.of()));
    node.described();
    node.described();
    assertThat(count(PoolCount.ENI_FOUND)).isEqualTo(1);
  }

  @Test
  void whatIsGoneIsLostOnce() {
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(AddressKind.SECONDARY_IP, 3)));
    node.starts().pods(3).after(LATER);
    node.ec2.attach(FakeEc2.with(node.ec2.get(FakeEc2.PRIMARY), List.of()));
    node.ec2.enis.remove(new EniId("eni-1"));
    node.described();
    node.described();
    assertThat(count(PoolCount.ENI_LOST)).isEqualTo(1);
    assertThat(count(PoolCount.ENI_TAKEN)).as("pods used it").isEqualTo(1);
    assertThat(count(PoolCount.ADDRESS_TAKEN)).as("one each of three pods").isEqualTo(3);
    assertThat(node.state.ledger().enis()).containsOnlyKeys(FakeEc2.PRIMARY);
  }

  @Test
  void addressesThatAreGoneAreLostOnce() {
    node.starts().pods(2).settled().shape("3");
    node.ec2.attach(
        FakeEc2.with(
            node.ec2.get(FakeEc2.PRIMARY), node.ec2.get(FakeEc2.PRIMARY).cidrs().subList(0, 1)));
    node.described();
    node.described();
    assertThat(count(PoolCount.CIDR_LOST)).isEqualTo(2);
    assertThat(count(PoolCount.ADDRESS_TAKEN)).as("of two pods, one is hit").isEqualTo(1);
    assertThat(count(PoolCount.ENI_TAKEN)).isZero();
  }

  @Test
  void whatIsGivenBackCounts() {
    node.starts().pods(5).settled();
    long before = count(PoolCount.CIDR_RECLAIMED);
    node.pods(3).settled();
    assertThat(count(PoolCount.CIDR_RECLAIMED)).isGreaterThan(before);
    node.pods(10).settled();
    assertThat(count(PoolCount.ENI_RECLAIMED)).isZero();
    node.pods(8).settled();
    assertThat(count(PoolCount.ENI_RECLAIMED)).isEqualTo(1);
    assertThat(node.counts).doesNotContainKeys(PoolCount.ENI_TAKEN, PoolCount.ADDRESS_TAKEN);
  }

  /** This is as with the reference: changed or not, at every comparison. */
  @Test
  void eachAddressIsSeenAtEachComparison() {
    node.starts().adds("a").settled().shape("2");
    node.ec2.attach(
        FakeEc2.eni(
            "eni-x",
            0,
            1,
            node.ec2.fresh(AddressKind.SECONDARY_IP, 5),
            io.vpccni.ipamd.eni.EniKind.ORDINARY,
            false,
            false));
    long before = count(PoolCount.CIDR_SEEN);
    node.described();
    node.described();
    assertThat(count(PoolCount.CIDR_SEEN) - before)
        .as("twice, and not those of the ENI that is not ours")
        .isEqualTo(4);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ASSIGN_FAILED, 5, 6",
    "CREATE_FAILED, 8, 9",
    "UNASSIGN_FAILED, 5, 3",
    "FREE_FAILED, 10, 8",
  })
  void eachRequestThatFailsCounts(PoolCount what, int before, int pods) {
    node.starts().pods(before).settled();
    assertThat(node.counts.keySet()).isSubsetOf(PoolCount.CIDR_SEEN, PoolCount.CIDR_RECLAIMED);
    node.ec2.fail(FailureKind.THROTTLED, "RequestLimitExceeded");
    node.pods(pods).settled();
    assertThat(count(what)).isEqualTo(1);
  }

  @Test
  void aListThatCannotBeHadCounts() {
    node.starts();
    node.ec2.fail(FailureKind.UNAVAILABLE, "Unavailable");
    node.described();
    assertThat(node.counts).containsEntry(PoolCount.LIST_FAILED, 1L);
  }

  @Test
  void aMissingLinkCountsWhenItIsReported() {
    node.starts().pods(8).settled();
    node.holding.add(PoolCommand.ApplyHost.class);
    node.pods(9).after(Duration.ofSeconds(59), false);
    node.tell(new PoolEvent.HostApplied(Map.of(), Set.of(new EniId("eni-1")), node.now));
    assertThat(count(PoolCount.LINK_MISSING)).isZero();
    node.settled();
    assertThat(count(PoolCount.LINK_MISSING)).isEqualTo(1);
  }
}
