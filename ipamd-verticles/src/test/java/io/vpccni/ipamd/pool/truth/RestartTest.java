package io.vpccni.ipamd.pool.truth;

import static io.vpccni.ipamd.pool.truth.TruthTable.listed;
import static io.vpccni.ipamd.pool.truth.TruthTable.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A new process and what the one before it, or the reference, has written down. */
class RestartTest {
  private static final Ip X = TruthTable.X;

  @Test
  void withoutEc2ItIsFreeIfTheAgentMemberListsItAsFree() {
    var node = with();
    for (int i = 0; i < 50; i++) {
      node.node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    node.listedFree = true;
    node.starts().node.adds("b").granted("b", "10.0.0.8");
  }

  @Test
  void withoutEc2AndWithoutTheAgentMemberNothingIsFree() {
    var node = with();
    for (int i = 0; i < 50; i++) {
      node.node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    node.there();
    node.starts().node.adds("b");
    node.node.after(Duration.ofSeconds(16));
    assertThat(node.node.adds.get("b")).isInstanceOf(AssignReply.Refused.class);
  }

  @Test
  void whatWasBeingGivenBackIsGivenToNobodyAfterARestart() {
    var node = with().there();
    node.listedFree = true;
    node.releasing = true;
    for (int i = 0; i < 50; i++) {
      node.node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    node.starts().node.adds("b");
    assertThat(node.node.state.ledger().holdings()).isEmpty();
  }

  /**
   * The previous process's request may still be on its way. EC2 could give us one of the addresses
   * anew before it arrives, and it would then take that address from a pod.
   */
  @Test
  void whatWasBeingGivenBackIsAskedForAgainOnceAFormerRequestMustHaveArrived() {
    var node = with().there();
    node.listedFree = true;
    node.releasing = true;
    node.starts().node.after(Duration.ofSeconds(14));
    assertThat(node.node.asked(UnassignAddresses.class)).isEmpty();
    node.node.after(Duration.ofSeconds(10));
    assertThat(node.node.asked(UnassignAddresses.class)).hasSize(1);
  }

  /**
   * EC2 may have taken the whole prefix: a link to one of its addresses gives nobody the others.
   */
  @Test
  void aLinkIntoAPrefixThatWasBeingGivenBackMakesNoOtherAddressOfItFree() {
    var prefix = Cidr.parse("10.1.0.0/28");
    var node = Scenario.prefixes(new Targets(1, 1, 0, 1));
    node.links.put(Ip.parse("10.1.0.3"), "enstranger");
    for (int i = 0; i < 50; i++) {
      node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    var saved =
        new Durable.SavedEni(
            FakeEc2.eni("eni-0", 0, 0, List.of(prefix)), 254, Set.of(prefix), false, Map.of());
    node.starts(
        new Durable(
            List.of(),
            Optional.of(
                new Durable.Agent(
                    Optional.empty(),
                    Optional.empty(),
                    List.of(saved),
                    Map.of(),
                    Map.of(),
                    Set.of(),
                    Map.of(),
                    Map.of()))));
    node.adds("b").after(Duration.ofMinutes(1));
    assertThat(node.state.ledger().holdings()).isEmpty();
    assertThat(node.asked(UnassignAddresses.class)).isEmpty();
  }

  @Test
  void aCooldownGoesOnAfterARestart() {
    var node = with().there();
    node.listedFree = true;
    node.cooling = Map.of(X, Scenario.START.plusSeconds(20));
    node.starts().node.adds("b");
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
    assertThat(node.use()).isInstanceOf(AddressState.Cooling.class);
    node.node.after(Duration.ofSeconds(21));
    assertThat(node.use()).isInstanceOf(AddressState.Rested.class);
  }

  /**
   * The machine was rebooted, and its wall clock is behind what it was: the file's dates are of the
   * future.
   */
  @Test
  void afterARebootWithAWallClockSetBackNothingLastsLongerThanItShould() {
    var future = Scenario.START.plus(Duration.ofHours(5));
    var single = Cidr.parse("10.0.0.7/32");
    var gone = Cidr.parse("10.0.9.9/32");
    var saved =
        new Durable.SavedEni(
            FakeEc2.eni("eni-0", 0, 0, List.of(single)),
            254,
            Set.of(),
            false,
            Map.of(single, future));
    var node =
        Scenario.m5large()
            .starts(
                new Durable(
                    List.of(listed("a", X, "default").withAssignedAt(future)),
                    Optional.of(
                        new Durable.Agent(
                            Optional.empty(),
                            Optional.empty(),
                            List.of(saved),
                            Map.of(Ip.parse("10.0.0.7"), future),
                            Map.of(),
                            Set.of(),
                            Map.of(gone, future),
                            Map.of(new EniId("eni-9"), future)))));
    var ledger = node.state.ledger();
    assertThat(ledger.holding(Scenario.attachment("a")).orElseThrow().assignedAt())
        .isEqualTo(Scenario.START);
    assertThat(ledger.enis().get(new EniId("eni-0")).blocks().get(single).since())
        .isEqualTo(Scenario.START);
    assertThat(ledger.resting().first().until()).isEqualTo(Scenario.START.plusSeconds(30));
    var stale = Scenario.START.plus(Block.GRACE);
    assertThat(ledger.goneCidrs()).containsEntry(gone, stale);
    assertThat(ledger.goneEnis()).containsEntry(new EniId("eni-9"), stale);
  }

  /** A node moves here from the reference, and a pod ends before EC2 has told what is ours. */
  @Test
  void anAddressReleasedBeforeEc2HasNamedItRestsAsWell() {
    var node = with(listed("a", X, "default")).there().starting();
    node.node.dels("a").release().adds("b");
    assertThat(node.use()).isInstanceOf(AddressState.Cooling.class);
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
    node.node.after(Duration.ofSeconds(31));
    assertThat(node.use()).isInstanceOf(AddressState.Rested.class);
  }

  /** The entries are lost, and a pod ends before EC2 has told what is ours. */
  @Test
  void anAddressWhoseLinkGoesBeforeEc2HasNamedItRestsAsWell() {
    var node = with().there().routed("ena", X).starting();
    node.node.links.clear();
    node.node.after(Duration.ofSeconds(31)).release().adds("b");
    assertThat(node.use()).isInstanceOf(AddressState.Cooling.class);
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
  }

  @Test
  void suchARestGoesOnAfterARestart() {
    var node = with(listed("a", X, "default")).there().starting();
    node.node.dels("a");
    var durable = DurableForm.of(node.node.state);
    node.node.state = PoolState.initial(node.node.state.context().settings());
    node.node.limits(3, 9).holding.clear();
    node.node.held.clear();
    node.node.starts(durable).adds("b");
    assertThat(node.use()).isInstanceOf(AddressState.Cooling.class);
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
  }

  @Test
  void ofTwoEntriesForOneAddressTheNewerOneCounts() {
    var old = listed("old", X, "default");
    var young =
        new Holding(
            Scenario.attachment("young"),
            new PodRef("default", "young"),
            Wiring.UNKNOWN,
            old.addresses(),
            Optional.empty(),
            old.assignedAt().plusSeconds(10));
    var node = with(old, young).there().routed("en", X).starts();
    assertThat(node.node.state.ledger().holding(Scenario.attachment("young"))).isPresent();
    assertThat(node.node.state.ledger().holding(Scenario.attachment("old"))).isEmpty();
    assertThat(node.node.condition(Condition.Name.CHECKPOINT_UNREADABLE)).isPresent();
  }

  @Test
  void whatWasQuarantinedStaysSoUntilTheLinksAreKnown() {
    var node = with().there();
    node.listedFree = true;
    node.node.holding.add(PoolCommand.ListVeths.class);
    var written = node.durable().agent().orElseThrow();
    node.node.starts(
        new Durable(
            List.of(),
            Optional.of(
                new Durable.Agent(
                    written.facts(),
                    written.limits(),
                    written.enis(),
                    Map.of(),
                    Map.of(X, "enstranger"),
                    Set.of(),
                    Map.of(),
                    Map.of()))));
    assertThat(node.use()).isInstanceOf(AddressState.Quarantined.class);
    assertThat(DurableForm.of(node.node.state).agent().orElseThrow().quarantined())
        .containsEntry(X, "enstranger");
    // The link has gone meanwhile: it rests like a released one.
    node.node.release();
    assertThat(node.use()).isInstanceOf(AddressState.Cooling.class);
  }

  @Test
  void aFileThatCouldNotBeReadIsReported() {
    var node = Scenario.m5large();
    node.tell(
        new PoolEvent.CheckpointLoaded(Durable.NOTHING, Optional.of("torn, kept as x"), node.now));
    assertThat(node.condition(Condition.Name.CHECKPOINT_UNREADABLE))
        .hasValueSatisfying(told -> assertThat(told.detail()).contains("torn, kept as x"));
  }
}
