package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.ledger.Reclaim;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** These tests show what happens between a mark and EC2's answer. */
class GivingBackTest {
  private static final Targets ONE = new Targets(0, 1, 0, 0);

  /** Six addresses, one of them free, about to have five too many. */
  private static Scenario full() {
    var node = Scenario.m5large(ONE).starts().pods(5).settled().shape("6");
    node.ec2.calls.clear();
    return node;
  }

  private static Scenario marked(Scenario node) {
    node.holding.add(PoolCommand.Save.class);
    node.pods(0);
    node.release().holding.add(PoolCommand.ListVeths.class);
    until(node, () -> !node.state.ledger().reclaims().isEmpty());
    return node;
  }

  private static void until(Scenario node, BooleanSupplier happened) {
    for (int second = 0; second < 300 && !happened.getAsBoolean(); second++) {
      node.after(Duration.ofSeconds(1), false);
    }
    assertThat(happened.getAsBoolean()).as("happens within 5 minutes").isTrue();
  }

  @Test
  void theLinksAreLookedAtAtOnce() {
    var node = full().pods(0).after(Duration.ofSeconds(61), false);
    // With nothing held back, mark, list, write and request are one moment.
    assertThat(node.asked(UnassignAddresses.class)).hasSize(1);
    assertThat(node.shape()).isEqualTo("1");
  }

  /** A list that was asked for before the mark does not show who uses the address since. */
  @Test
  void aListThatIsOlderThanTheMarkDoesNotCount() {
    var node = full();
    node.holding.add(PoolCommand.ListVeths.class);
    node.pods(0).after(Duration.ofSeconds(70), false);
    assertThat(node.state.ledger().reclaims()).isNotEmpty();
    assertThat(node.asked(UnassignAddresses.class)).isEmpty();
    node.release().after(Duration.ofSeconds(2));
    assertThat(node.asked(UnassignAddresses.class)).hasSize(1);
  }

  @Test
  void whatCannotBeCheckedAgainstTheLinksIsKept() {
    var node = marked(full());
    var asked = (PoolCommand.ListVeths) node.held.getLast();
    node.tell(new PoolEvent.VethsUnknown(asked.request(), "busy", node.now));
    assertThat(node.state.ledger().reclaims()).isEmpty();
    assertThat(node.free()).isEqualTo(6);
    node.after(Duration.ofSeconds(29), false);
    assertThat(node.state.ledger().reclaims()).isEmpty();
  }

  @Test
  void whatIsMarkedIsTakenBackForThoseWhoNeedIt() {
    var node = marked(full());
    assertThat(node.free()).isEqualTo(1);
    node.holding.add(PoolCommand.AskEc2.class);
    for (int pod = 0; pod < 6; pod++) node.adds("n" + pod);
    assertThat(node.state.ledger().reclaims()).isEmpty();
    for (int pod = 0; pod < 6; pod++) {
      assertThat(node.adds.get("n" + pod)).isInstanceOf(AssignReply.Granted.class);
    }
  }

  @Test
  void oneAfterTheOther() {
    var node = Scenario.m5large(ONE).starts().pods(12).settled().shape("9,4");
    node.pods(0).after(Duration.ofSeconds(29));
    node.holding.add(PoolCommand.AskEc2.class);
    node.after(Duration.ofMinutes(2));
    int asked = node.held.size();
    assertThat(asked).isBetween(1, 2);
    // While EC2 works on it nothing more is marked.
    node.after(Duration.ofMinutes(2));
    assertThat(node.held).hasSize(asked);
    node.release().settled().shape("1");
  }

  @Test
  void whileTheCardGrowsNothingIsMarked() {
    var node = Scenario.prefixes(new Targets(1, 0, 0, 1)).starts().settled();
    node.pods(1).settled().shape("2");
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(17);
    assertThat(node.held).hasSize(1);
    node.pods(0).after(Duration.ofMinutes(2));
    assertThat(node.state.ledger().reclaims()).isEmpty();
    node.release().settled().shape("1");
  }

  @ParameterizedTest
  @EnumSource
  void afterAFailureItIsOursAgainOrAskedOnceMore(FailureKind kind) {
    var node = full().pods(0).after(Duration.ofSeconds(29));
    node.ec2.fail(kind, "Code");
    until(node, () -> !node.asked(UnassignAddresses.class).isEmpty());
    boolean unclear =
        switch (kind) {
          case OUTCOME_UNKNOWN, LIMIT_EXCEEDED, PERMANENT -> true;
          case THROTTLED, UNAVAILABLE, NOT_ASKED, SUBNET_EXHAUSTED, UNAUTHORIZED -> false;
        };
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("a", "b");
    assertThat(node.adds.get("a")).isInstanceOf(AssignReply.Granted.class);
    // EC2 may have it already: nobody gets it, however many wait.
    assertThat(node.adds.containsKey("b")).isNotEqualTo(unclear);
    node.dels("a", "b").release().settled().shape("1");
  }

  @Test
  void afterAnUnclearEndOfAnEniItIsFreedOnceMore() {
    var node = Scenario.m5large(ONE).starts().pods(10).settled().shape("9,2");
    node.pods(8).after(Duration.ofSeconds(29));
    node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    until(node, () -> !node.asked(FreeEni.class).isEmpty());
    assertThat(node.state.ledger().reclaims()).containsKey(new EniId("eni-1"));
    assertThat(node.eni("eni-1").serves()).isFalse();
    node.settled().shape("9");
    assertThat(node.asked(FreeEni.class)).hasSize(2);
  }

  /** Five are marked; the outcome of the first request is unclear, and EC2 has so many left. */
  private static Scenario unclear(int left) {
    var node = full();
    node.holding.add(PoolCommand.ReadImds.class);
    node.pods(0).after(Duration.ofSeconds(29));
    var has = node.ec2.get(FakeEc2.PRIMARY).cidrs();
    node.ec2.attach(
        FakeEc2.with(
            node.ec2.get(FakeEc2.PRIMARY), has.subList(has.size() - 1 - left, has.size())));
    node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    return node.settled().shape("1");
  }

  @Test
  void whatIsGoneByItselfIsNotGivenBack() {
    var asked = unclear(2).asked(UnassignAddresses.class);
    assertThat(asked).map(ask -> ask.cidrs().size()).containsExactly(5, 2);
  }

  @Test
  void whatIsGoneAltogetherNeedsNoRequest() {
    var node = unclear(0);
    assertThat(node.asked(UnassignAddresses.class)).hasSize(1);
    assertThat(node.state.ledger().reclaims()).isEmpty();
  }

  @Test
  void aRestartBetweenMarkAndRequestAsksAgainForTheWholeEni() {
    var node = Scenario.m5large(ONE);
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(AddressKind.SECONDARY_IP, 1)));
    var saved =
        List.of(
            saved(node.ec2.get(FakeEc2.PRIMARY).cidrs(), "eni-0", 0, false),
            saved(node.ec2.get(new EniId("eni-1")).cidrs(), "eni-1", 1, true));
    node.starts(
        new Durable(
            List.of(),
            Optional.of(
                new Durable.Agent(
                    Optional.empty(),
                    Optional.empty(),
                    saved,
                    Map.of(),
                    Map.of(),
                    Set.of(),
                    Map.of(),
                    Map.of()))));
    assertThat(node.asked(FreeEni.class))
        .extracting(FreeEni::eni)
        .containsExactly(new EniId("eni-1"));
    node.settled();
    assertThat(node.state.ledger().enis()).containsOnlyKeys(FakeEc2.PRIMARY);
  }

  private static Durable.SavedEni saved(List<Cidr> cidrs, String id, int device, boolean freeing) {
    return new Durable.SavedEni(
        FakeEc2.eni(id, 0, device, cidrs), device + 1, Set.of(), freeing, Map.of());
  }

  /**
   * A node that is about to have too much once its pods have gone, and whose ENIs are all there.
   */
  private static Scenario givingBack(int enis, int slots, int pods) {
    var node = new Scenario(DefaultSettings.pool().withTargets(ONE)).limits(enis, slots).starts();
    node.pods(pods).settled().pods(1).holding.add(PoolCommand.AskEc2.class);
    until(node, () -> node.state.ledger().reclaims().values().stream().anyMatch(Reclaim::asked));
    return node;
  }

  private static void answered(Scenario node) {
    node.holding.clear();
    node.release().after(Duration.ofSeconds(2));
  }

  /** EC2 answers within the time that an ADD waits, and can then be asked for others. */
  @Test
  void theSlotsOfWhatEc2TakesAreWorthTheWait() {
    var node = givingBack(1, 6, 5);
    node.adds("free", "a", "b", "c", "d", "late");
    assertThat(node.adds.get("free")).isInstanceOf(AssignReply.Granted.class);
    for (var pod : List.of("a", "b", "c", "d")) node.unanswered(pod);
    node.refused("late", AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("late")).contains("4 CIDRs are being given back to EC2");
    answered(node);
    for (var pod : List.of("a", "b", "c", "d")) {
      assertThat(node.adds.get(pod)).as(pod).isInstanceOf(AssignReply.Granted.class);
    }
  }

  @Test
  void thePlaceOfAnEniThatEc2TakesIsWorthTheWait() {
    var node = givingBack(2, 2, 3);
    assertThat(node.eni("eni-1").serves()).isFalse();
    node.adds("free", "a", "b", "late").unanswered("a").unanswered("b");
    node.refused("late", AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("late")).contains("1 ENI is being given back to EC2");
    answered(node);
    assertThat(node.adds.get("a")).isInstanceOf(AssignReply.Granted.class);
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  /** What EC2 may have taken is nobody's, and EC2 is asked once more within that time. */
  @Test
  void soAreTheSlotsOfWhatEc2MayHaveTaken() {
    var node = givingBack(1, 6, 5);
    node.holding.clear();
    node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    node.release();
    assertThat(node.state.ledger().reclaims().values()).allMatch(Reclaim::doubtful);
    node.adds("free", "a").unanswered("a").after(Duration.ofSeconds(14));
    assertThat(node.adds.get("a")).isInstanceOf(AssignReply.Granted.class);
  }

  /** What EC2 will not take back is no reason to give the node up: it has what it may have. */
  @ParameterizedTest
  @CsvSource({"1, 6, 5", "2, 2, 3"})
  void aNodeThatIsFullOtherwiseIsReady(int enis, int slots, int pods) {
    var node = givingBack(enis, slots, pods);
    node.holding.clear();
    node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    node.release().adds("free").after(Duration.ofSeconds(1));
    for (int i = 0; i < 50; i++) node.ec2.fail(FailureKind.UNAUTHORIZED, "UnauthorizedOperation");
    assertThat(node.state.ledger().reclaims().values()).isNotEmpty().allMatch(Reclaim::doubtful);
    for (int second = 0; second < 120; second++) {
      assertThat(AddAdmission.refusal(node.state)).as("after %d s", second).isEmpty();
      node.after(Duration.ofSeconds(1));
    }
  }
}
