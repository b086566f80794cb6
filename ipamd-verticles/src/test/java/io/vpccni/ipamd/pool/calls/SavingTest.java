package io.vpccni.ipamd.pool.calls;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pod.Wiring.By;
import io.vpccni.ipamd.pool.AssignReply.Granted;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an answer promises is on disk, and what could not be written never happened. */
class SavingTest {
  @Test
  void nothingIsAnsweredBeforeItIsOnDisk() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a").unanswered("a").release().granted("a", "10.0.0.16");
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
  void aRepeatedAddWaitsForTheSaveOfTheFirst() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    long before = saves(node);
    node.adds("a", "a").unanswered("a");
    assertThat(saves(node) - before).isEqualTo(1);
    node.release();
    assertThat(node.commands.stream().filter(PoolCommand.AnswerAdd.class::isInstance)).hasSize(2);
    assertThat(node.state.ledger().holdings()).hasSize(1);
  }

  @Test
  void aFailedWriteRefusesAndGivesTheAddressToTheNext() {
    var node = Scenario.m5large().starts();
    node.diskFull = true;
    node.adds("a").refused("a", Reason.NOT_SAVED);
    assertThat(node.state.ledger().holdings()).isEmpty();
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
    assertThat(node.state.ledger().holding(Scenario.attachment("a"))).isPresent();
    node.diskFull = false;
    node.dels("a");
    assertThat(node.dels.get("a"))
        .isInstanceOfSatisfying(
            ReleaseReply.Released.class,
            released -> assertThat(released.holding().addresses().getFirst().ip()).isEqualTo(ip));
  }

  @Test
  void aWriteIsTriedAgainEvenIfNothingElseHappens() {
    var node = Scenario.m5large().starts();
    node.diskFull = true;
    node.adds("a");
    node.diskFull = false;
    node.after(Duration.ofSeconds(6), false);
    assertThat(node.state.disk().savedVersion()).isEqualTo(node.state.disk().version());
  }

  @Test
  void aWriteAnswersOnlyWhatItHolds() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a", "b");
    node.perform(node.held.remove());
    node.tell(new PoolEvent.Ticked(node.now)).granted("a", "10.0.0.16").unanswered("b");
    node.release().granted("b", "10.0.0.17");
  }

  @Test
  void aWriteThatFailsRefusesOnlyWhatItWouldHaveHeld() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a", "b").diskFull = true;
    node.perform(node.held.remove());
    node.diskFull = false;
    node.tell(new PoolEvent.Ticked(node.now)).refused("a", Reason.NOT_SAVED).unanswered("b");
    node.release().granted("b", "10.0.0.17");
    assertThat(node.state.ledger().holdings()).hasSize(1);
  }

  /** Released and given away in one write that fails: the first pod has it again, nobody else. */
  @Test
  void ofAReleaseAndAnAddThatCannotBeWrittenNothingStays() {
    var node =
        new Scenario(settings().targets(new Targets(0, 0, 0, 0)).cooldown(Duration.ZERO).build());
    node.limits(1, 2).starts().adds("a").holding.add(PoolCommand.Save.class);
    var ip = node.ipOf("a");
    // The first write is of another pod only.
    node.adds("other").dels("a").add("b", By.PLUGIN);
    node.perform(node.held.remove());
    node.tell(new PoolEvent.Ticked(node.now)).diskFull = true;
    node.release().refused("b", Reason.NOT_SAVED);
    assertThat(node.dels.get("a")).isInstanceOf(ReleaseReply.NotSaved.class);
    assertThat(node.state.ledger().holdings())
        .containsOnlyKeys(Scenario.attachment("a"), Scenario.attachment("other"));
    assertThat(node.eni("eni-0").blockOf(ip).orElseThrow().uses().get(ip))
        .isEqualTo(new AddressState.Assigned(Scenario.attachment("a")));
  }

  /**
   * The address has gone to another pod, whose ADD is on disk: the old entry must not come back.
   */
  @Test
  void aReleaseThatCannotBeWrittenDoesNotTakeTheAddressFromItsNextOwner() {
    var node =
        new Scenario(settings().targets(new Targets(0, 0, 0, 0)).cooldown(Duration.ZERO).build());
    node.limits(1, 1).starts().adds("a").holding.add(PoolCommand.Save.class);
    node.dels("a").diskFull = true;
    node.adds("b");
    node.perform(node.held.remove());
    node.diskFull = false;
    node.tell(new PoolEvent.Ticked(node.now));
    assertThat(node.dels.get("a")).isInstanceOf(ReleaseReply.NotSaved.class);
    assertThat(node.state.ledger().holdings()).containsOnlyKeys(Scenario.attachment("b"));
    node.release().granted("b", "10.0.0.16");
  }

  @Test
  void withoutAnyChangeNothingIsWritten() {
    var node = Scenario.m5large().starts().settled();
    long before = saves(node);
    node.after(Duration.ofHours(1)).dels("nobody");
    assertThat(saves(node)).isEqualTo(before);
  }

  /** Where nobody waits, a full disk is tried every five seconds and not at each event. */
  @Test
  void aFullDiskIsNotTriedHot() {
    var node = Scenario.m5large().starts();
    node.diskFull = true;
    node.adds("a");
    long before = saves(node);
    node.after(Duration.ofMillis(4999), false);
    assertThat(saves(node)).isEqualTo(before);
    node.after(Duration.ofMillis(1), false);
    assertThat(saves(node)).isEqualTo(before + 1);
  }

  @Test
  void aRepeatedAddThatIsWiredAnewIsWrittenAnew() {
    var node = Scenario.m5large().starts().adds("a");
    long before = saves(node);
    node.adds("a");
    assertThat(saves(node)).isEqualTo(before);
    wired(node, new PodRef("default", "renamed"), new Wiring("/other", List.of("enib"), By.PLUGIN));
    assertThat(saves(node)).isEqualTo(before + 1);
    assertThat(node.state.ledger().holding(Scenario.attachment("a")).orElseThrow())
        .satisfies(held -> assertThat(held.wiring().netns()).isEqualTo("/other"))
        .satisfies(held -> assertThat(held.pod().name()).isEqualTo("renamed"));
    // A caller that knows less takes nothing away.
    wired(node, PodRef.UNKNOWN, Wiring.UNKNOWN);
    wired(node, PodRef.UNKNOWN, new Wiring("/third", List.of("enib"), By.PLUGIN));
    assertThat(node.state.ledger().holding(Scenario.attachment("a")).orElseThrow())
        .satisfies(held -> assertThat(held.wiring().netns()).isEqualTo("/third"))
        .satisfies(held -> assertThat(held.pod().name()).isEqualTo("renamed"));
  }

  private static void wired(Scenario node, PodRef pod, Wiring wiring) {
    node.tell(
        new PoolEvent.AddReceived(
            node.call("a"), Scenario.attachment("a"), pod, wiring, false, node.now));
  }

  private static long saves(Scenario node) {
    return node.commands.stream().filter(PoolCommand.Save.class::isInstance).count();
  }
}
