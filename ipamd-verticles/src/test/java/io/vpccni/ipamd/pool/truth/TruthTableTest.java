package io.vpccni.ipamd.pool.truth;

import static io.vpccni.ipamd.pool.truth.TruthTable.listed;
import static io.vpccni.ipamd.pool.truth.TruthTable.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * These tests show what an address is, by checkpoint, host veth and EC2: one test per row and per
 * cause of "unknown". Unknown never removes anything.
 */
class TruthTableTest {
  private static final Ip X = TruthTable.X;
  private static final Duration AUDITS = Duration.ofMinutes(5);

  // ---- checkpoint yes, host veth yes or unknown, EC2 any: assigned

  @Test
  void listedAndRoutedStaysAssignedWhenEc2SaysItIsThere() {
    var node = with(listed("a", X, "default")).routed("ena", X).there().starts();
    node.node.after(AUDITS);
    node.assigned("a");
    assertThat(node.node.condition(Condition.Name.ADDRESS_LOST)).isEmpty();
  }

  @Test
  void listedAndRoutedStaysAssignedAndIsReportedLostWhenEc2SaysItIsGone() {
    var node = with(listed("a", X, "default")).routed("ena", X).starts();
    node.node.after(AUDITS);
    node.assigned("a");
    assertThat(node.node.condition(Condition.Name.ADDRESS_LOST)).isPresent();
  }

  @Test
  void aLostAddressIsForgottenWithItsPodAndGivenToNobody() {
    var node = with(listed("a", X, "default")).routed("ena", X).starts();
    node.node.after(AUDITS).dels("a");
    assertThat(node.node.condition(Condition.Name.ADDRESS_LOST)).isEmpty();
    assertThat(node.node.state.ledger().enis().values())
        .noneMatch(eni -> eni.blocks().containsKey(X.asCidr()));
  }

  @Test
  void aLostAddressThatComesBackIsThePodsAgain() {
    var node = with(listed("a", X, "default")).routed("ena", X).starts();
    node.node.after(AUDITS);
    node.there();
    node.node.after(Duration.ofMinutes(15));
    node.assigned("a");
    assertThat(node.node.condition(Condition.Name.ADDRESS_LOST)).isEmpty();
  }

  @Test
  void listedStaysAssignedWhileTheDataplaneIsNotConnected() {
    var node = with(listed("a", X, "default")).there();
    node.node.tell(new PoolEvent.CheckpointLoaded(node.durable(), Optional.empty(), node.node.now));
    node.node.after(AUDITS);
    node.assigned("a");
  }

  @Test
  void listedStaysAssignedWhileTheLinksCannotBeListed() {
    var node = with(listed("a", X, "default")).there();
    node.node.holding.add(PoolCommand.ListVeths.class);
    node.starts().node.after(AUDITS);
    node.assigned("a");
  }

  @Test
  void listedStaysAssignedWhileEc2CannotBeAsked() {
    var node = with(listed("a", X, "default")).routed("ena", X);
    for (int i = 0; i < 50; i++) {
      node.node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    node.starts().node.after(AUDITS);
    node.assigned("a");
  }

  // ---- checkpoint yes, host veth none for 60 s, no ADD in flight: detach, cooldown

  @Test
  void listedWithoutAVethForAMinuteIsDetachedAndCools() {
    var node = with(listed("a", X, "default")).there().starts();
    node.node.after(Duration.ofSeconds(50));
    node.assigned("a");
    node.node.after(Duration.ofSeconds(20));
    assertThat(node.node.commands).anyMatch(PoolCommand.DetachPod.class::isInstance);
    assertThat(node.node.state.ledger().holdings()).isEmpty();
    assertThat(node.use()).isInstanceOf(AddressState.Cooling.class);
  }

  @Test
  void aVethThatComesBackInTimeSavesTheAddress() {
    var node = with(listed("a", X, "default")).there().starts();
    node.node.after(Duration.ofSeconds(40));
    node.routed("ena", X);
    node.node.after(AUDITS);
    node.assigned("a");
  }

  @Test
  void withoutAPodNameTheEntryWaitsForDel() {
    var node = with(listed("a", X, "")).there().starts();
    node.node.after(AUDITS);
    node.assigned("a");
    node.node.dels("a");
    assertThat(node.node.dels.get("a")).isInstanceOf(ReleaseReply.Released.class);
  }

  @Test
  void anAddInFlightKeepsTheAddress() {
    var node = with(listed("a", X, "default")).there().starts();
    for (int i = 0; i < 20; i++) {
      node.node.after(Duration.ofSeconds(30)).adds("a");
    }
    node.assigned("a");
  }

  // ---- checkpoint no, routes to X, X is ours: quarantined until the veth goes, then cooldown

  @Test
  void unlistedButRoutedIsQuarantinedUntilTheVethGoes() {
    var node = with().there().routed("enstranger", X).starts();
    assertThat(node.use()).isInstanceOf(AddressState.Quarantined.class);
    assertThat(node.node.condition(Condition.Name.ADDRESS_QUARANTINED)).isPresent();
    node.node.after(AUDITS);
    assertThat(node.use()).isInstanceOf(AddressState.Quarantined.class);
    node.node.links.remove(X);
    node.node.after(Duration.ofSeconds(31));
    assertThat(node.use()).isInstanceOf(AddressState.Cooling.class);
    assertThat(node.node.condition(Condition.Name.ADDRESS_QUARANTINED)).isEmpty();
    node.node.after(Duration.ofSeconds(31));
    assertThat(PoolViews.of(node.node.state).numbers().cooling()).isZero();
  }

  /** Both questions are asked at the start; which answer comes first is chance. */
  @Test
  void aLinkIsBelievedAlsoIfEc2NamesItsAddressWhileTheLinksAreBeingListed() {
    var node = with().there().routed("enstranger", X);
    node.node.holding.add(PoolCommand.AskEc2.class);
    node.node.holding.add(PoolCommand.ListVeths.class);
    node.starts();
    node.node.now = node.node.now.plusMillis(3);
    var held = List.copyOf(node.node.held);
    node.node.held.clear();
    node.node.holding.clear();
    // EC2's answer first, then the list that was asked for before it came.
    held.stream().filter(PoolCommand.AskEc2.class::isInstance).forEach(node.node::perform);
    node.node.tell(new PoolEvent.Woken(node.node.now));
    held.stream().filter(PoolCommand.ListVeths.class::isInstance).forEach(node.node::perform);
    node.node.tell(new PoolEvent.Woken(node.node.now));
    assertThat(node.use()).isInstanceOf(AddressState.Quarantined.class);
    node.node.adds("b");
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
  }

  @Test
  void aQuarantinedAddressIsNeitherGivenAwayNorGivenBack() {
    var node = with().there().routed("enstranger", X).starts();
    node.node.pods(20).after(AUDITS).pods(0).settled();
    assertThat(node.node.adds.values())
        .allSatisfy(
            reply ->
                assertThat(((AssignReply.Granted) reply).holding().addresses().getFirst().ip())
                    .isNotEqualTo(X));
    assertThat(node.node.ec2.get(FakeEc2.PRIMARY).cidrs()).contains(X.asCidr());
  }

  // ---- checkpoint no, routes to X, not ours: left alone, reported

  @Test
  void aVethToAnAddressThatIsNotOursIsReportedAndLeftAlone() {
    var node = with().routed("enstranger", Ip.parse("10.9.9.9")).starts();
    node.node.after(AUDITS);
    assertThat(node.node.condition(Condition.Name.UNKNOWN_VETH)).isPresent();
    assertThat(node.node.commands).noneMatch(PoolCommand.DetachPod.class::isInstance);
    node.node.links.clear();
    node.node.after(AUDITS);
    assertThat(node.node.condition(Condition.Name.UNKNOWN_VETH)).isEmpty();
  }

  // ---- checkpoint no, host veth unknown: given to nobody, not released, until known

  @Test
  void nothingIsGivenAwayBeforeTheLinksAreKnown() {
    var node = with().there();
    node.node.holding.add(PoolCommand.ListVeths.class);
    node.starts().node.adds("a").unanswered("a");
    assertThat(PoolViews.of(node.node.state).readiness())
        .isInstanceOf(PoolView.Readiness.NotReady.class);
    node.node.release().granted("a", "10.0.0.8");
    assertThat(PoolViews.of(node.node.state).readiness())
        .isInstanceOf(PoolView.Readiness.Ready.class);
  }

  @Test
  void nothingIsGivenBackBeforeTheLinksAreKnown() {
    var node = with();
    node.node.ec2.attach(
        FakeEc2.with(
            node.node.ec2.get(FakeEc2.PRIMARY),
            node.node.ec2.fresh(io.vpccni.ipamd.eni.AddressKind.SECONDARY_IP, 9)));
    node.node.state =
        PoolState.initial(DefaultSettings.pool().withTargets(new Targets(1, 1, 1, 0)));
    node.node.limits(3, 9);
    node.node.holding.add(PoolCommand.ListVeths.class);
    node.starts().node.after(AUDITS).shape("9");
    node.node.release().settled().shape("1");
  }

  // ---- checkpoint no, host veth no: free

  @Test
  void unlistedAndUnroutedIsFreeWhenEc2SaysItIsOurs() {
    with().there().starts().node.adds("b").granted("b", "10.0.0.8");
  }

  @Test
  void oneReadOfImdsWithoutItRemovesNothing() {
    var node = with(listed("a", X, "default")).routed("ena", X).there().starts();
    node.node.after(Duration.ofMinutes(2));
    var without = List.of(FakeEc2.with(node.node.ec2.get(FakeEc2.PRIMARY), List.of()));
    node.node.tell(new PoolEvent.ImdsRead(without, node.node.now));
    node.node.tell(new PoolEvent.ImdsRead(List.of(), node.node.now));
    node.assigned("a");
    assertThat(node.node.eni("eni-0").blocks()).containsKey(X.asCidr());
  }
}
