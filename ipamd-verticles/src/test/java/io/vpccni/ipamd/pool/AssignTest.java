package io.vpccni.ipamd.pool;

import static io.vpccni.ipamd.pool.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.AssignReply.Granted;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.AssignReply.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AssignTest {
  @Test
  void aRepeatedAddGetsTheSameAddress() {
    var node = Scenario.m5large().starts().adds("a");
    var first = node.ipOf("a");
    node.adds("a");
    assertThat(node.ipOf("a")).isEqualTo(first);
    assertThat(node.state.holdings()).hasSize(1);
  }

  @Test
  void aRepeatedAddWaitsForTheSaveOfTheFirst() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    long before = saves(node);
    node.adds("a", "a").unanswered("a");
    assertThat(saves(node) - before).isEqualTo(1);
    node.release();
    assertThat(node.commands.stream().filter(PoolCommand.AnswerAdd.class::isInstance)).hasSize(2);
    assertThat(node.state.holdings()).hasSize(1);
  }

  @Test
  void addsThatArriveDuringAWriteShareTheNext() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    long before = saves(node);
    node.adds("a", "b", "c", "d");
    assertThat(saves(node) - before).isLessThanOrEqualTo(1);
    node.release();
    assertThat(node.adds).hasSize(4);
    assertThat(saves(node) - before).isLessThanOrEqualTo(4);
  }

  @Test
  void nothingIsAnsweredBeforeItIsOnDisk() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a").unanswered("a").release().granted("a", "10.0.0.16");
  }

  @Test
  void aFailedWriteRefusesAndGivesTheAddressToTheNext() {
    var node = Scenario.m5large().starts();
    node.diskFull = true;
    node.adds("a").refused("a", Reason.NOT_SAVED);
    assertThat(node.state.holdings()).isEmpty();
    assertThat(node.condition(Condition.Name.CHECKPOINT_UNWRITABLE)).isPresent();
    node.diskFull = false;
    node.adds("b");
    assertThat(node.adds.get("b")).isInstanceOf(Granted.class);
    assertThat(node.condition(Condition.Name.CHECKPOINT_UNWRITABLE)).isEmpty();
  }

  @Test
  void aReleaseThatCannotBeWrittenIsUndone() {
    var node = Scenario.m5large().starts().adds("a");
    var ip = node.ipOf("a");
    node.diskFull = true;
    node.dels("a");
    assertThat(node.dels.get("a")).isInstanceOf(ReleaseReply.NotSaved.class);
    assertThat(node.state.holding(Scenario.attachment("a"))).isPresent();
    node.diskFull = false;
    node.dels("a");
    assertThat(node.dels.get("a"))
        .isInstanceOfSatisfying(
            ReleaseReply.Released.class,
            released -> assertThat(released.addresses().getFirst().ip()).isEqualTo(ip));
  }

  @Test
  void aWriteIsTriedAgainEvenIfNothingElseHappens() {
    var node = Scenario.m5large().starts();
    node.diskFull = true;
    node.adds("a");
    node.diskFull = false;
    node.after(Duration.ofSeconds(6), false);
    assertThat(node.state.savedVersion()).isEqualTo(node.state.version());
  }

  @Test
  void delOfSomethingUnknownSaysSo() {
    var node = Scenario.m5large().starts().dels("nobody");
    assertThat(node.dels.get("nobody")).isInstanceOf(ReleaseReply.Unknown.class);
  }

  @Test
  void delWithAnEmptyKeyMatchesNobody() {
    var node = Scenario.m5large().starts().adds("a").dels("a");
    var call = new CallId(99);
    node.tell(new PoolEvent.DelReceived(call, new Attachment("", "", ""), List.of(), node.now));
    assertThat(node.commands).contains(new PoolCommand.AnswerDel(call, new ReleaseReply.Unknown()));
  }

  @Test
  void delFindsAnEntryOfAVeryOldVersion() {
    var old =
        new Holding(
            new Attachment("a", "unknown", "_migrated-from-cri"),
            PodRef.UNKNOWN,
            Wiring.UNKNOWN,
            List.of(Held.unplaced(io.vpccni.rpc.address.Ip.parse("10.0.0.16"), 0)),
            Optional.empty(),
            Scenario.START);
    var node = Scenario.m5large().starts(new Durable(List.of(old), Optional.empty())).dels("a");
    assertThat(node.dels.get("a")).isInstanceOf(ReleaseReply.Released.class);
  }

  @Test
  void delOvertakesItsAddBothWaitingAndBeingSaved() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a").dels("a").release();
    node.refused("a", Reason.DELETED);
    assertThat(node.state.holdings()).isEmpty();

    var full = Scenario.m5large().starts();
    full.holding.add(PoolCommand.AskEc2.class);
    full.pods(9).adds("late").unanswered("late").dels("late").refused("late", Reason.DELETED);
    full.release();
    assertThat(full.state.holding(Scenario.attachment("late"))).isEmpty();
  }

  @Test
  void theNamesOfPendingVethsAreWrittenWithTheReleaseAndDroppedWhenTheyAreGone() {
    var node = Scenario.m5large().starts().adds("a");
    node.holding.add(PoolCommand.Save.class);
    var call = new CallId(77);
    node.tell(new PoolEvent.DelReceived(call, Scenario.attachment("a"), List.of("enia"), node.now));
    assertThat(node.held.getLast())
        .isInstanceOfSatisfying(
            PoolCommand.Save.class,
            save ->
                assertThat(save.state().durable().agent().orElseThrow().pendingVeths())
                    .containsExactly("enia"));
    node.release();
    assertThat(node.state.view().pendingVeths()).containsExactly("enia");
    node.tell(new PoolEvent.VethsDeleted(List.of("enia"), node.now));
    assertThat(node.state.view().pendingVeths()).isEmpty();
  }

  @Test
  void aPendingVethDoesNotCountAsLive() {
    var node = Scenario.m5large().starts().adds("a");
    var ip = node.ipOf("a");
    node.tell(
        new PoolEvent.DelReceived(
            new CallId(77), Scenario.attachment("a"), List.of("enia"), node.now));
    node.links.put(ip, "enia");
    node.after(Duration.ofMinutes(2));
    assertThat(node.condition(Condition.Name.ADDRESS_QUARANTINED)).isEmpty();
  }

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
    assertThat(node.state.holding(Scenario.attachment("gone"))).isEmpty();
  }

  @Test
  void aCallerThatGoesAwayBeforeTheSaveLosesItsAddressAtOnce() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    var gone = node.add("gone");
    node.cancels(gone).release();
    node.unanswered("gone");
    assertThat(node.state.holdings()).isEmpty();
    assertThat(node.state.resting()).isEmpty();
  }

  @Test
  void theOtherOfTwoCallsKeepsTheAddress() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    var first = node.add("a");
    node.add("a");
    node.cancels(first).release();
    assertThat(node.adds.get("a")).isInstanceOf(Granted.class);
    assertThat(node.state.holdings()).hasSize(1);
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
  void aRefusalCarriesTheNumbers() {
    var node = Scenario.m5large().limits(1, 2).starts().pods(2);
    node.ec2.fail(FailureKind.PERMANENT, "Broken");
    node.adds("x").refused("x", Reason.NO_ADDRESS);
    var refused = (Refused) node.adds.get("x");
    assertThat(refused).isNotNull();
    assertThat(refused.numbers().assigned()).isEqualTo(2);
    assertThat(refused.numbers().limit()).isEqualTo(2);
    assertThat(refused.message()).contains("assigned 2", "free 0", "cooling 0", "limit 2");
  }

  @Test
  void anIncompleteAttachmentIsRefused() {
    var node = Scenario.m5large().starts();
    node.tell(
        new PoolEvent.AddReceived(
            new CallId(5),
            new Attachment("c", "", "n"),
            PodRef.UNKNOWN,
            Wiring.UNKNOWN,
            false,
            node.now));
    assertThat(node.commands.getLast())
        .isInstanceOfSatisfying(
            PoolCommand.AnswerAdd.class,
            answer -> assertThat(((Refused) answer.reply()).reason()).isEqualTo(Reason.INVALID));
  }

  @Test
  void podsArePackedOntoTheFullestEni() {
    var node = Scenario.m5large().starts().pods(10).settled().shape("9,9,9");
    node.dels("p0", "p1", "p2").after(Duration.ofMinutes(1));
    node.adds("x");
    assertThat(node.eni("eni-0").all().assigned()).isEqualTo(7);
  }

  @Test
  void theFullestPrefixComesFirst() {
    var node = Scenario.prefixes(new Targets(1, 0, 0, 2)).starts().pods(3).settled();
    node.adds("x", "y");
    var used = node.eni("eni-0").blocks.values().stream().filter(block -> !block.unused()).toList();
    assertThat(used)
        .singleElement()
        .satisfies(block -> assertThat(block.tally.assigned()).isEqualTo(5));
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
  void ipv6PodsGetTheAddressesOfTheNodesPrefixOneAfterTheOther() {
    var node = new Scenario(PoolSettings.defaults().withKind(AddressKind.IPV6_PREFIX)).limits(3, 9);
    node.starts().shape("1").adds("a", "b");
    node.granted("a", "2001:db8:0:0:1::").granted("b", "2001:db8:0:0:1::1");
    node.dels("a").after(Duration.ofMinutes(1)).adds("c").granted("c", "2001:db8:0:0:1::2");
    node.settled().shape("1");
  }

  @Test
  void everyCardGivesOneAddressToAMultiNicPod() {
    var node = new Scenario(settings().multiNic().build());
    node.ec2.slots(9);
    node.tell(new PoolEvent.LimitsKnown(new Limits(3, 9, 2), node.now));
    node.starts().settled();
    node.tell(
        new PoolEvent.AddReceived(
            new CallId(500),
            Scenario.attachment("m"),
            new PodRef("default", "m"),
            new Wiring("", List.of("enim"), Wiring.By.PROGRAMMER),
            true,
            node.now));
    var holding = node.state.holding(Scenario.attachment("m")).orElseThrow();
    assertThat(holding.addresses()).extracting(Held::networkCard).containsExactly(0, 1);
    assertThat(holding.addresses().get(1).routeTable()).isEqualTo(10_100);
  }

  private static long saves(Scenario node) {
    return node.commands.stream().filter(PoolCommand.Save.class::isInstance).count();
  }
}
