package io.vpccni.ipamd.pool.calls;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pod.Wiring.By;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A pod may be wired while its entry is being written. Until its caller has undone that, nobody
 * else gets its address, whatever becomes of the write.
 */
class WiredMeanwhileTest {
  private static final Ip FIRST = Ip.parse("10.0.0.16");

  @Test
  void thePodIsWiredWhileItsEntryIsWrittenAndAnsweredAfterwards() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a").unanswered("a");
    assertThat(node.count(PoolCommand.StartWiring.class)).isOne();
    node.release().granted("a", "10.0.0.16");
  }

  @Test
  void aPodThatAnotherPluginWiresWaitsForItsEntry() {
    var node = Scenario.m5large().starts();
    node.add("a", By.PLUGIN);
    assertThat(node.count(PoolCommand.StartWiring.class)).isZero();
    node.granted("a", "10.0.0.16");
  }

  @Test
  void aRepeatedAddIsWiredOnlyOnce() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    node.adds("a", "a").release();
    assertThat(node.count(PoolCommand.StartWiring.class)).isOne();
  }

  @Test
  void whatCannotBeWrittenKeepsItsAddressUntilItsCallerHasUndoneIt() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.AnswerAdd.class);
    node.diskFull = true;
    node.adds("a").diskFull = false;
    node.adds("b");
    assertThat(node.state.ledger().holding(Scenario.attachment("b")).orElseThrow().addresses())
        .noneMatch(held -> held.ip().equals(FIRST));
    node.release().refused("a", Reason.NOT_SAVED);
    assertThat(node.state.ledger().holdings()).containsOnlyKeys(Scenario.attachment("b"));
  }

  @Test
  void aFullDiskDoesNotKeepTheAddressOfAPodThatWasUndone() {
    var node = Scenario.m5large().starts();
    node.diskFull = true;
    node.adds("a").refused("a", Reason.NOT_SAVED);
    assertThat(node.state.ledger().holdings()).isEmpty();
    assertThat(node.state.calls().unsaved()).isEmpty();
    assertThat(node.commands)
        .filteredOn(PoolCommand.AnswerDel.class::isInstance)
        .singleElement()
        .satisfies(
            told ->
                assertThat(((PoolCommand.AnswerDel) told).reply())
                    .isInstanceOf(ReleaseReply.Released.class));
  }

  /** Once a later write holds the entry, only a write can end it. */
  @Test
  void anEntryThatALaterWriteHoldsEndsByAWriteAgain() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.AnswerAdd.class);
    node.diskFull = true;
    node.adds("a").diskFull = false;
    node.adds("b");
    assertThat(DurableForm.of(node.state).holdings()).hasSize(2);
    assertThat(node.state.calls().unsaved()).isEmpty();
    node.holding.add(PoolCommand.Save.class);
    node.dels("a");
    assertThat(node.dels).isEmpty();
  }

  @Test
  void aCallerThatGoesAwayMeanwhileEndsThePodItself() {
    var node = Scenario.m5large().starts();
    node.holding.add(PoolCommand.Save.class);
    var gone = node.add("gone");
    node.cancels(gone);
    assertThat(node.state.ledger().holdings()).hasSize(1);
    node.release().granted("gone", "10.0.0.16");
    assertThat(node.state.ledger().holdings()).hasSize(1);
  }

  /** Nobody has the address after the write of its release and of its next pod's ADD has failed. */
  @Test
  void ofAReleaseAndAnAddThatCannotBeWrittenNothingStays() {
    var node =
        new Scenario(settings().targets(new Targets(0, 0, 0, 0)).cooldown(Duration.ZERO).build());
    node.limits(1, 1).starts().adds("a").holding.add(PoolCommand.Save.class);
    node.diskFull = true;
    node.dels("a").adds("b").release();
    assertThat(node.dels.get("a")).isInstanceOf(ReleaseReply.NotSaved.class);
    node.tell(new PoolEvent.Ticked(node.now)).refused("b", Reason.NOT_SAVED);
    assertThat(node.state.ledger().holdings()).doesNotContainKey(Scenario.attachment("b"));
    assertThat(node.links).isEmpty();
  }

  /** The process ends between the wiring and the write: the next one finds the link alone. */
  @Test
  void aLinkWithoutAnEntryKeepsItsAddressForNobodyElse() {
    var before = Scenario.m5large().starts().settled();
    var disk = DurableForm.of(before.state);
    before.holding.add(PoolCommand.Save.class);
    before.adds("a").unanswered("a");
    assertThat(before.links).containsKey(FIRST);

    var next = Scenario.m5large();
    next.ec2.enis.clear();
    next.ec2.enis.putAll(before.ec2.enis);
    next.links.putAll(before.links);
    next.starts(disk).adds("b");
    assertThat(next.ipOf("b")).isNotEqualTo(FIRST);
    assertThat(next.eni("eni-0").blockOf(FIRST).orElseThrow().uses().get(FIRST))
        .isInstanceOf(AddressState.Quarantined.class);
    // The runtime tears down what it was never told of, and the link goes with it.
    next.links.remove(FIRST);
    next.tell(
        new PoolEvent.DelReceived(next.call("a"), Scenario.attachment("a"), List.of(), next.now));
    assertThat(next.dels.get("a")).isInstanceOf(ReleaseReply.Unknown.class);
    next.after(Duration.ofMinutes(3));
    assertThat(next.eni("eni-0").blockOf(FIRST).orElseThrow().uses().get(FIRST))
        .isNotInstanceOf(AddressState.Quarantined.class);
  }
}
