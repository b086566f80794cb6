package io.vpccni.ipamd.pool.size;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An ADD waits if that can help within its 15 s, and is refused at once if not. */
class AddAdmissionTest {
  private static final Targets NONE = new Targets(0, 0, 0, 0);
  private static final Duration REST = Duration.ofSeconds(30);
  private static final Duration WAIT = PoolSettings.Waiting.DEFAULT.longest();

  /** Returns a node with room for so many addresses, each with a pod: {@code p0}, {@code p1}, … */
  private static Scenario full(int addresses) {
    var node = new Scenario(DefaultSettings.pool().withTargets(NONE)).limits(1, addresses);
    return node.starts().pods(addresses);
  }

  /** Returns a node that has one address more than it needs for as long as it may. */
  private static Scenario growing() {
    return new Scenario(DefaultSettings.pool().withTargets(new Targets(0, 1, 0, 0)));
  }

  private static Scenario cordoned(Scenario node) {
    return node.tell(
        new PoolEvent.NodeChanged(new NodeState(false, OptionalInt.empty()), node.now));
  }

  @Test
  void nothingCanComeToAFullNode() {
    full(2).adds("x").refused("x", Reason.NO_ADDRESS);
  }

  @Test
  void aRefusalSaysWhenTheNextAddressIsFree() {
    var node = full(2).dels("p1").after(Duration.ofMillis(4500), false).adds("x");
    node.refused("x", Reason.NO_ADDRESS);
    assertThat(node.refusal("x")).contains("the next address that cools down is free in 26 s");
    assertThat(node.condition(Condition.Name.NO_ADDRESS_AVAILABLE).orElseThrow().detail())
        .as("stays as it is")
        .doesNotContain("26 s");
  }

  @Test
  void anAddressThatHasRestedJustInTimeIsWorthIt() {
    var node = full(2).dels("p1").after(REST.minus(WAIT), false);
    node.adds("x").unanswered("x").after(WAIT, false);
    assertThat(node.adds.get("x")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void oneThatRestsForLongerIsNot() {
    full(2)
        .dels("p1")
        .after(REST.minus(WAIT).minusMillis(1), false)
        .adds("x")
        .refused("x", Reason.NO_ADDRESS);
  }

  @Test
  void whoComesFirstIsServedFirstAndTheOthersAreTold() {
    var node = full(2).dels("p0", "p1").after(Duration.ofSeconds(20), false);
    node.adds("x", "y", "z").unanswered("x").unanswered("y").refused("z", Reason.NO_ADDRESS);
  }

  @Test
  void addressesThatRestOneAfterTheOtherServeThoseWhoWaitLongEnough() {
    var node = full(2).dels("p0").after(Duration.ofSeconds(10), false).dels("p1");
    // One is free in 15 s, the other 10 s later.
    node.after(Duration.ofSeconds(5), false).adds("x", "y");
    node.unanswered("x").refused("y", Reason.NO_ADDRESS);
    node.after(Duration.ofSeconds(10), false).adds("z").unanswered("z");
  }

  @Test
  void alsoOnACordonedNodeWhatRestsIsWorthWaitingFor() {
    var node = cordoned(full(2)).dels("p1").after(Duration.ofSeconds(20), false);
    node.adds("x", "y").unanswered("x").refused("y", Reason.NO_ADDRESS);
    assertThat(node.refusal("y")).contains("the node is not schedulable");
  }

  @Test
  void whatEc2WasAskedForIsForThoseWhoWaitAlready() {
    var node = growing();
    node.limits(1, 2).starts().shape("1").holding.add(PoolCommand.AskEc2.class);
    node.adds("a", "b", "c").unanswered("b").refused("c", Reason.NO_ADDRESS).release();
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void asManyWaitAsThereAreSlotsToFill() {
    var node = growing().limits(1, 3).starts();
    node.shape("1").holding.add(PoolCommand.AskEc2.class);
    // EC2 is asked for one at once. The other slot is for what is asked after its answer.
    node.adds("a", "b", "c", "d").unanswered("b").unanswered("c").refused("d", Reason.NO_ADDRESS);
    node.holding.clear();
    node.release().after(Duration.ofSeconds(2));
    assertThat(node.adds.get("c")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void theSlotsOfAnEniThatIsBeingMadeAreWorthTheWait() {
    var node = growing().limits(2, 2).starts().pods(1).shape("2");
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("p1", "a", "b", "c").unanswered("a").unanswered("b").refused("c", Reason.NO_ADDRESS);
    node.holding.clear();
    node.release().after(Duration.ofSeconds(2));
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void asManyWaitForTheEndOfAPauseAsThereAreSlots() {
    var node = growing().limits(1, 3).starts();
    node.ec2.fail(FailureKind.THROTTLED, "RequestLimitExceeded");
    node.adds("a", "b", "c", "d").unanswered("b").unanswered("c").refused("d", Reason.NO_ADDRESS);
    node.after(Duration.ofSeconds(5));
    assertThat(node.adds.get("c")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void whoIsRefusedTakesNothingFromTheNext() {
    var node = full(2).dels("p0").after(REST.minus(WAIT).minusMillis(1), false);
    node.holding.add(PoolCommand.AskEc2.class);
    // While EC2 is read nobody is refused, although the first one's time ends too early.
    node.doubts().adds("early").after(Duration.ofMillis(1), false).adds("late");
    node.unanswered("early").release().refused("early", Reason.NO_ADDRESS).unanswered("late");
  }

  @Test
  void aPauseThatEndsInTimeIsWorthIt() {
    var node = Scenario.m5large(NONE).starts().pods(8);
    node.ec2.fail(FailureKind.THROTTLED, "RequestLimitExceeded");
    node.pods(10).unanswered("p9").after(Duration.ofSeconds(3), false);
    assertThat(node.adds.get("p9")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void aPauseThatDoesNotIsNot() {
    var node = Scenario.m5large(NONE).starts().pods(8);
    node.ec2.fail(FailureKind.UNAUTHORIZED, "UnauthorizedOperation");
    node.pods(10).refused("p9", Reason.NO_ADDRESS);
    // A person has given the permission meanwhile; EC2 is asked again after a minute.
    node.after(Duration.ofSeconds(44), false).adds("x").refused("x", Reason.NO_ADDRESS);
    node.after(Duration.ofSeconds(1), false).adds("y").unanswered("y");
  }

  @Test
  void anEniWhoseLinkIsStillToComeIsWorthIt() {
    var node = new Scenario(DefaultSettings.pool().withTargets(NONE)).limits(2, 1);
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(AddressKind.SECONDARY_IP, 1)));
    node.holding.add(PoolCommand.ApplyHost.class);
    node.starts().adds("a", "b", "c");
    node.unanswered("b").refused("c", Reason.NO_ADDRESS);
    node.tell(new PoolEvent.HostApplied(Map.of(new EniId("eni-1"), 2), Set.of(), node.now));
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void withCustomNetworkingOnlyAnEniConfigGivesHope() {
    var node = new Scenario(settings().targets(NONE).customNetworking().build()).limits(2, 1);
    node.starts().adds("a").refused("a", Reason.NO_ADDRESS);
    var config = new CustomNetwork(new SubnetId("subnet-pods"), List.of());
    node.holding.add(PoolCommand.AskEc2.class);
    node.tell(new PoolEvent.EniConfigChanged(Optional.of(config), node.now));
    node.adds("b", "c").unanswered("b").refused("c", Reason.NO_ADDRESS).release();
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void theCardMayStillGrowWhileAnEniIsBeingMade() {
    var node = new Scenario(DefaultSettings.pool().withTargets(NONE)).limits(3, 1);
    node.starts().holding.add(PoolCommand.AskEc2.class);
    // The first one takes the address that is there, the second one what is being made.
    node.adds("a", "b", "c").unanswered("b").unanswered("c").release();
    assertThat(node.adds.get("c")).isInstanceOf(AssignReply.Granted.class);
  }

  /** What EC2 really has may help. */
  @Test
  void whileEc2IsBeingReadNobodyIsRefused() {
    var node = full(2);
    node.holding.add(PoolCommand.AskEc2.class);
    node.doubts();
    node.adds("x").unanswered("x").release().refused("x", Reason.NO_ADDRESS);
  }

  @Test
  void whileEc2CannotBeReadForLongerThanAnAddWaitsEverybodyIs() {
    var node = full(2);
    node.doubts();
    for (int i = 0; i < 50; i++) node.ec2.fail(FailureKind.UNAUTHORIZED, "UnauthorizedOperation");
    node.adds("x").refused("x", Reason.NO_ADDRESS);
    node.after(Duration.ofSeconds(50), false).adds("y").unanswered("y");
  }

  @Test
  void beforeTheFirstListsNobodyIsRefusedForWant() {
    var node = Scenario.m5large(NONE);
    node.holding.add(PoolCommand.ListVeths.class);
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts().adds("a").after(WAIT.minusMillis(1), false).unanswered("a");
    node.after(Duration.ofMillis(1), false).refused("a", Reason.TIMED_OUT);
  }

  @Test
  void theConditionEndsWhenAnAddWouldBeServed() {
    var node = full(2).adds("x");
    assertThat(node.condition(Condition.Name.NO_ADDRESS_AVAILABLE)).isPresent();
    node.dels("p0").after(REST.minusMillis(1), false);
    assertThat(node.condition(Condition.Name.NO_ADDRESS_AVAILABLE)).isPresent();
    node.after(Duration.ofMillis(1), false);
    assertThat(node.condition(Condition.Name.NO_ADDRESS_AVAILABLE)).isEmpty();
  }
}
