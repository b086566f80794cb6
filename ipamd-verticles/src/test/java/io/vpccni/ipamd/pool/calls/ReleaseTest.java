package io.vpccni.ipamd.pool.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** These tests show what a DEL ends. */
class ReleaseTest {
  /** The kernel has never seen it, so no packet for its former pod can be under way. */
  @Test
  void anAddressWhoseAddFailedBeforeItWasWiredNeedsNoRest() {
    var node = Scenario.m5large().starts().adds("a");
    var ip = node.state.ledger().holding(Scenario.attachment("a")).orElseThrow().addresses();
    node.tell(new PoolEvent.AddUndone(node.call("undo"), Scenario.attachment("a"), node.now));
    assertThat(node.dels.get("undo")).isInstanceOf(ReleaseReply.Released.class);
    assertThat(node.state.ledger().resting()).isEmpty();
    assertThat(ip).hasSize(1);
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
            List.of(HeldAddress.unplaced(io.vpccni.rpc.address.Ip.parse("10.0.0.16"), 0)),
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
    assertThat(node.state.ledger().holdings()).isEmpty();

    var full = Scenario.m5large().starts();
    full.holding.add(PoolCommand.AskEc2.class);
    full.pods(9).adds("late").unanswered("late").dels("late").refused("late", Reason.DELETED);
    full.release();
    assertThat(full.state.ledger().holding(Scenario.attachment("late"))).isEmpty();
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
                assertThat(DurableForm.of(save.state()).agent().orElseThrow().pendingVeths())
                    .containsExactly("enia"));
    node.release();
    assertThat(PoolViews.of(node.state).pendingVeths()).containsExactly("enia");
    node.tell(new PoolEvent.VethsDeleted(List.of("enia"), node.now));
    assertThat(PoolViews.of(node.state).pendingVeths()).isEmpty();
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
}
