package io.vpccni.ipamd.pool.calls;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pod.Wiring.By;
import io.vpccni.ipamd.pool.AssignReply.Granted;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** ADDs that wait: first come, first served, bounded, and gone with their caller. */
class WaitingTest {
  @Test
  void addsAreServedInTheOrderOfArrival() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(9).adds("first", "second", "third");
    node.unanswered("first").release();
    assertThat(node.ipOf("first")).isLessThan(node.ipOf("second"));
    assertThat(node.ipOf("second")).isLessThan(node.ipOf("third"));
  }

  @Test
  void aCallerThatGoesAwayLeavesTheQueue() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(9);
    var gone = node.add("gone");
    node.adds("next").cancels(gone).release();
    node.unanswered("gone");
    assertThat(node.adds.get("next")).isInstanceOf(Granted.class);
    assertThat(node.state.ledger().holding(Scenario.attachment("gone"))).isEmpty();
  }

  @Test
  void aCallerThatGoesAwayBeforeTheSaveLosesItsAddressAtOnce() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    var gone = node.add("gone", By.PLUGIN);
    node.cancels(gone).release();
    node.unanswered("gone");
    assertThat(node.state.ledger().holdings()).isEmpty();
    assertThat(node.state.ledger().resting()).isEmpty();
  }

  @Test
  void theOtherOfTwoCallsKeepsTheAddress() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    var first = node.add("a", By.PLUGIN);
    node.add("a", By.PLUGIN);
    node.cancels(first).release();
    assertThat(node.adds.get("a")).isInstanceOf(Granted.class);
    assertThat(node.state.ledger().holdings()).hasSize(1);
  }

  @Test
  void waitingIsBoundedInTime() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(9).adds("late").after(Duration.ofSeconds(14)).unanswered("late");
    node.after(Duration.ofSeconds(1), false).refused("late", Reason.TIMED_OUT);
  }

  @Test
  void waitingIsBoundedInNumber() {
    var node = new Scenario(settings().maxWaiting(2).build()).limits(3, 9);
    node.adds("a", "b", "c").refused("c", Reason.TOO_MANY_WAITING).unanswered("a");
  }

  @Test
  void aBurstOnOneEniIsServedByTwoRequestsAndNoNewEni() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0)).starts().shape("1");
    node.holding.add(PoolCommand.AskEc2.class);
    for (int i = 0; i < 8; i++) {
      node.add("q" + i);
    }
    // The first pod takes the warm address, the second asks, the rest waits for that answer.
    assertThat(node.held).hasSize(1);
    node.release();
    assertThat(node.adds.values()).hasSize(8).allMatch(Granted.class::isInstance);
    assertThat(node.asked(AssignAddresses.class)).hasSize(3); // one of them at the start
    assertThat(node.asked(CreateEni.class)).isEmpty();
    node.shape("9");
  }

  @Test
  void whileEc2IsSlowAnotherEniIsAsked() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0));
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(AddressKind.SECONDARY_IP, 2)));
    node.starts().pods(2);
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("a", "b", "c", "d");
    assertThat(node.held).hasSize(1);
    node.after(Duration.ofMillis(900), false);
    assertThat(node.held).hasSize(1);
    node.after(Duration.ofMillis(200), false);
    assertThat(node.held)
        .map(command -> ((AssignAddresses) ((PoolCommand.AskEc2) command).ask()).eni().value())
        .containsExactlyInAnyOrder("eni-0", "eni-1");
    node.release();
    assertThat(node.adds.values()).allMatch(Granted.class::isInstance);
  }

  @Test
  void onlyTheCallThatWentAwayLeavesTheQueue() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(9).adds("first");
    var second = node.add("second");
    node.adds("third").cancels(new CallId(4711)).cancels(second).release();
    node.unanswered("second");
    assertThat(node.adds.get("first")).isInstanceOf(Granted.class);
    assertThat(node.adds.get("third")).isInstanceOf(Granted.class);
  }

  @Test
  void aRepeatedCallThatGoesAwayTakesNothingFromTheFirst() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a");
    var again = node.add("a");
    node.cancels(again).release();
    assertThat(node.adds.get("a")).isInstanceOf(Granted.class);
    assertThat(node.state.ledger().holdings()).hasSize(1);
  }

  @Test
  void whenBothCallsGoAwayTheAddressIsFreeAgain() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    var first = node.add("a", By.PLUGIN);
    var second = node.add("a", By.PLUGIN);
    node.cancels(first).cancels(second).release().unanswered("a");
    assertThat(node.state.ledger().holdings()).isEmpty();
  }

  @Test
  void twoCallsOfOneAttachmentInTheQueueGetOneAddress() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(9).adds("a", "a").unanswered("a").release();
    assertThat(node.commands.stream().filter(PoolCommand.AnswerAdd.class::isInstance)).hasSize(11);
    assertThat(node.state.ledger().holdings()).hasSize(10);
  }

  @Test
  void anAddressThatComesAtTheLastMomentIsGiven() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0)).starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(1).adds("late").after(Duration.ofMillis(14_999), false).unanswered("late");
    node.now = node.now.plusMillis(1);
    node.release();
    assertThat(node.adds.get("late")).isInstanceOf(Granted.class);
  }

  @Test
  void beforeTheCheckpointIsReadCallsWaitForTheirTimeToo() {
    var node = Scenario.m5large().adds("a").after(Duration.ofSeconds(15), false);
    node.refused("a", Reason.TIMED_OUT).adds("b").starts();
    assertThat(node.adds.get("b")).isInstanceOf(Granted.class);
  }
}
