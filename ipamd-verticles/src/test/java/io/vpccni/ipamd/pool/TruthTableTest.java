package io.vpccni.ipamd.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What an address is, by checkpoint, host veth and EC2: one test per row and per cause of
 * "unknown". Unknown never removes anything.
 */
class TruthTableTest {
  private static final Ip X = Ip.parse("10.0.0.8");
  private static final Cidr X32 = X.asCidr();
  private static final Duration AUDITS = Duration.ofMinutes(5);

  // ---- checkpoint yes, host veth yes or unknown, EC2 any: assigned

  @Test
  void listedAndRoutedStaysAssignedWhenEc2SaysItIsThere() {
    var node = with(listed("a", X, "default")).routed("ena", X).there().starts(durable());
    node.node.after(AUDITS);
    node.assigned("a");
    assertThat(node.node.condition(Condition.Name.ADDRESS_LOST)).isEmpty();
  }

  @Test
  void listedAndRoutedStaysAssignedAndIsReportedLostWhenEc2SaysItIsGone() {
    var node = with(listed("a", X, "default")).routed("ena", X).starts(durable());
    node.node.after(AUDITS);
    node.assigned("a");
    assertThat(node.node.condition(Condition.Name.ADDRESS_LOST)).isPresent();
  }

  @Test
  void aLostAddressIsForgottenWithItsPodAndGivenToNobody() {
    var node = with(listed("a", X, "default")).routed("ena", X).starts(durable());
    node.node.after(AUDITS).dels("a");
    assertThat(node.node.condition(Condition.Name.ADDRESS_LOST)).isEmpty();
    assertThat(node.node.state.enis().values()).noneMatch(eni -> eni.blocks.containsKey(X32));
  }

  @Test
  void aLostAddressThatComesBackIsThePodsAgain() {
    var node = with(listed("a", X, "default")).routed("ena", X).starts(durable());
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
    node.starts(durable()).node.after(AUDITS);
    node.assigned("a");
  }

  @Test
  void listedStaysAssignedWhileEc2CannotBeAsked() {
    var node = with(listed("a", X, "default")).routed("ena", X);
    for (int i = 0; i < 50; i++) {
      node.node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    node.starts(durable()).node.after(AUDITS);
    node.assigned("a");
  }

  // ---- checkpoint yes, host veth none for 60 s, no ADD in flight: detach, cooldown

  @Test
  void listedWithoutAVethForAMinuteIsDetachedAndCools() {
    var node = with(listed("a", X, "default")).there().starts(durable());
    node.node.after(Duration.ofSeconds(50));
    node.assigned("a");
    node.node.after(Duration.ofSeconds(20));
    assertThat(node.node.commands).anyMatch(PoolCommand.DetachPod.class::isInstance);
    assertThat(node.node.state.holdings()).isEmpty();
    assertThat(node.use()).isInstanceOf(Use.Cooling.class);
  }

  @Test
  void aVethThatComesBackInTimeSavesTheAddress() {
    var node = with(listed("a", X, "default")).there().starts(durable());
    node.node.after(Duration.ofSeconds(40));
    node.routed("ena", X);
    node.node.after(AUDITS);
    node.assigned("a");
  }

  @Test
  void withoutAPodNameTheEntryWaitsForDel() {
    var node = with(listed("a", X, "")).there().starts(durable());
    node.node.after(AUDITS);
    node.assigned("a");
    node.node.dels("a");
    assertThat(node.node.dels.get("a")).isInstanceOf(ReleaseReply.Released.class);
  }

  @Test
  void anAddInFlightKeepsTheAddress() {
    var node = with(listed("a", X, "default")).there().starts(durable());
    for (int i = 0; i < 20; i++) {
      node.node.after(Duration.ofSeconds(30)).adds("a");
    }
    node.assigned("a");
  }

  // ---- checkpoint no, routes to X, X is ours: quarantined until the veth goes, then cooldown

  @Test
  void unlistedButRoutedIsQuarantinedUntilTheVethGoes() {
    var node = with().there().routed("enstranger", X).starts(durable());
    assertThat(node.use()).isInstanceOf(Use.Quarantined.class);
    assertThat(node.node.condition(Condition.Name.ADDRESS_QUARANTINED)).isPresent();
    node.node.after(AUDITS);
    assertThat(node.use()).isInstanceOf(Use.Quarantined.class);
    node.node.links.remove(X);
    node.node.after(Duration.ofSeconds(31));
    assertThat(node.use()).isInstanceOf(Use.Cooling.class);
    assertThat(node.node.condition(Condition.Name.ADDRESS_QUARANTINED)).isEmpty();
    node.node.after(Duration.ofSeconds(31));
    assertThat(node.node.state.view().numbers().cooling()).isZero();
  }

  /** Both questions are asked at the start; which answer comes first is chance. */
  @Test
  void aLinkIsBelievedAlsoIfEc2NamesItsAddressWhileTheLinksAreBeingListed() {
    var node = with().there().routed("enstranger", X);
    node.node.holding.add(PoolCommand.AskEc2.class);
    node.node.holding.add(PoolCommand.ListVeths.class);
    node.starts(durable());
    node.node.now = node.node.now.plusMillis(3);
    var held = List.copyOf(node.node.held);
    node.node.held.clear();
    node.node.holding.clear();
    // EC2's answer first, then the list that was asked for before it came.
    held.stream().filter(PoolCommand.AskEc2.class::isInstance).forEach(node.node::perform);
    node.node.tell(new PoolEvent.Woken(node.node.now));
    held.stream().filter(PoolCommand.ListVeths.class::isInstance).forEach(node.node::perform);
    node.node.tell(new PoolEvent.Woken(node.node.now));
    assertThat(node.use()).isInstanceOf(Use.Quarantined.class);
    node.node.adds("b");
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
  }

  @Test
  void aQuarantinedAddressIsNeitherGivenAwayNorGivenBack() {
    var node = with().there().routed("enstranger", X).starts(durable());
    node.node.pods(20).after(AUDITS).pods(0).settled();
    assertThat(node.node.adds.values())
        .allSatisfy(
            reply ->
                assertThat(((AssignReply.Granted) reply).addresses().getFirst().ip())
                    .isNotEqualTo(X));
    assertThat(node.node.ec2.get(FakeEc2.PRIMARY).cidrs()).contains(X32);
  }

  // ---- checkpoint no, routes to X, not ours: left alone, reported

  @Test
  void aVethToAnAddressThatIsNotOursIsReportedAndLeftAlone() {
    var node = with().routed("enstranger", Ip.parse("10.9.9.9")).starts(durable());
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
    node.starts(durable()).node.adds("a").unanswered("a");
    assertThat(node.node.state.view().readiness()).isInstanceOf(PoolView.Readiness.NotReady.class);
    node.node.release().granted("a", "10.0.0.8");
    assertThat(node.node.state.view().readiness()).isInstanceOf(PoolView.Readiness.Ready.class);
  }

  @Test
  void nothingIsGivenBackBeforeTheLinksAreKnown() {
    var node = with();
    node.node.ec2.attach(
        FakeEc2.with(
            node.node.ec2.get(FakeEc2.PRIMARY),
            node.node.ec2.fresh(io.vpccni.ipamd.eni.AddressKind.SECONDARY_IP, 9)));
    node.node.state =
        PoolState.initial(PoolSettings.defaults().withTargets(new Targets(1, 1, 1, 0)));
    node.node.limits(3, 9);
    node.node.holding.add(PoolCommand.ListVeths.class);
    node.starts(durable()).node.after(AUDITS).shape("9");
    node.node.release().settled().shape("1");
  }

  // ---- checkpoint no, host veth no: free

  @Test
  void unlistedAndUnroutedIsFreeWhenEc2SaysItIsOurs() {
    with().there().starts(durable()).node.adds("b").granted("b", "10.0.0.8");
  }

  @Test
  void withoutEc2ItIsFreeIfTheAgentMemberListsItAsFree() {
    var node = with();
    for (int i = 0; i < 50; i++) {
      node.node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    node.listedFree = true;
    node.starts(durable()).node.adds("b").granted("b", "10.0.0.8");
  }

  @Test
  void withoutEc2AndWithoutTheAgentMemberNothingIsFree() {
    var node = with();
    for (int i = 0; i < 50; i++) {
      node.node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    }
    node.there();
    node.starts(Durable.NOTHING).node.adds("b");
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
    node.starts(durable()).node.adds("b");
    assertThat(node.node.state.holdings()).isEmpty();
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
    assertThat(node.state.holdings()).isEmpty();
    assertThat(node.asked(io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses.class)).isEmpty();
  }

  @Test
  void aCooldownGoesOnAfterARestart() {
    var node = with().there();
    node.listedFree = true;
    node.cooling = Map.of(X, Scenario.START.plusSeconds(20));
    node.starts(durable()).node.adds("b");
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
    assertThat(node.use()).isInstanceOf(Use.Cooling.class);
    node.node.after(Duration.ofSeconds(21));
    assertThat(node.use()).isInstanceOf(Use.Rested.class);
  }

  // ---- a rest is kept also while nobody knows whose the address is

  /** A node moves here from the reference, and a pod ends before EC2 has told what is ours. */
  @Test
  void anAddressReleasedBeforeEc2HasNamedItRestsAsWell() {
    var node = with(listed("a", X, "default")).there().starting();
    node.node.dels("a").release().adds("b");
    assertThat(node.use()).isInstanceOf(Use.Cooling.class);
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
    node.node.after(Duration.ofSeconds(31));
    assertThat(node.use()).isInstanceOf(Use.Rested.class);
  }

  /** The entries are lost, and a pod ends before EC2 has told what is ours. */
  @Test
  void anAddressWhoseLinkGoesBeforeEc2HasNamedItRestsAsWell() {
    var node = with().there().routed("ena", X).starting();
    node.node.links.clear();
    node.node.after(Duration.ofSeconds(31)).release().adds("b");
    assertThat(node.use()).isInstanceOf(Use.Cooling.class);
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
  }

  @Test
  void suchARestGoesOnAfterARestart() {
    var node = with(listed("a", X, "default")).there().starting();
    node.node.dels("a");
    var durable = node.node.state.durable();
    node.node.state = PoolState.initial(node.node.state.settings());
    node.node.limits(3, 9).holding.clear();
    node.node.held.clear();
    node.node.starts(durable).adds("b");
    assertThat(node.use()).isInstanceOf(Use.Cooling.class);
    assertThat(node.node.ipOf("b")).isNotEqualTo(X);
  }

  @Test
  void oneReadOfImdsWithoutItRemovesNothing() {
    var node = with(listed("a", X, "default")).routed("ena", X).there().starts(durable());
    node.node.after(Duration.ofMinutes(2));
    var without = List.of(FakeEc2.with(node.node.ec2.get(FakeEc2.PRIMARY), List.of()));
    node.node.tell(new PoolEvent.ImdsRead(without, node.node.now));
    node.node.tell(new PoolEvent.ImdsRead(List.of(), node.node.now));
    node.assigned("a");
    assertThat(node.node.eni("eni-0").blocks).containsKey(X32);
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
    var node = with(old, young).there().routed("en", X).starts(durable());
    assertThat(node.node.state.holding(Scenario.attachment("young"))).isPresent();
    assertThat(node.node.state.holding(Scenario.attachment("old"))).isEmpty();
    assertThat(node.node.condition(Condition.Name.CHECKPOINT_UNREADABLE)).isPresent();
  }

  private static Table with(Holding... listed) {
    return new Table(List.of(listed));
  }

  private static Holding listed(String pod, Ip ip, String namespace) {
    return new Holding(
        Scenario.attachment(pod),
        namespace.isEmpty() ? PodRef.UNKNOWN : new PodRef(namespace, pod),
        Wiring.UNKNOWN,
        List.of(Held.unplaced(ip, 0)),
        Optional.empty(),
        Scenario.START.minusSeconds(3600));
  }

  /** Stands for: whatever the table says that the checkpoint holds. */
  private static Durable durable() {
    return Durable.NOTHING;
  }

  private static final class Table {
    final Scenario node = Scenario.m5large(new Targets(1, 1, 3, 0));
    private final List<Holding> listed;
    boolean listedFree;
    boolean releasing;
    Map<Ip, Instant> cooling = Map.of();

    Table(List<Holding> listed) {
      this.listed = listed;
      node.wires = false;
    }

    Table there() {
      var eni = node.ec2.get(FakeEc2.PRIMARY);
      var cidrs = new java.util.ArrayList<>(eni.cidrs());
      cidrs.add(X32);
      node.ec2.attach(FakeEc2.with(eni, cidrs));
      return this;
    }

    Table routed(String veth, Ip ip) {
      node.links.put(ip, veth);
      return this;
    }

    Durable durable() {
      if (!listedFree) {
        return new Durable(listed, Optional.empty());
      }
      var saved =
          new Durable.SavedEni(
              FakeEc2.eni("eni-0", 0, 0, List.of(X32, Cidr.parse("10.0.0.99/32"))),
              254,
              releasing ? Set.of(X32, Cidr.parse("10.0.0.99/32")) : Set.of(),
              false,
              Map.of());
      return new Durable(
          listed,
          Optional.of(
              new Durable.Agent(
                  Optional.empty(),
                  Optional.empty(),
                  List.of(saved),
                  cooling,
                  Map.of(),
                  Set.of(),
                  Map.of(),
                  Map.of())));
    }

    Table starts(Durable ignored) {
      node.starts(durable());
      return this;
    }

    /** EC2 has not answered yet. */
    Table starting() {
      node.holding.add(PoolCommand.AskEc2.class);
      node.starts(durable());
      return this;
    }

    void assigned(String pod) {
      assertThat(node.state.holding(Scenario.attachment(pod))).as("entry of %s", pod).isPresent();
    }

    Use use() {
      var owner = node.state.enis().get(new EniId("eni-0"));
      if (owner == null) {
        throw new AssertionError("no primary ENI");
      }
      var use = owner.blockOf(X).map(block -> block.uses.get(X)).orElse(null);
      if (use == null) {
        throw new AssertionError(X + " has no use");
      }
      return use;
    }
  }
}
