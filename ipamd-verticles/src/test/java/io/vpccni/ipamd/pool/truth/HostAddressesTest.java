package io.vpccni.ipamd.pool.truth;

import static io.vpccni.ipamd.pool.truth.TruthTable.listed;
import static io.vpccni.ipamd.pool.truth.TruthTable.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.decide.HealthCheck;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * An address that a link of the host itself has is in use: the kernel would deliver a pod's packets
 * to the host.
 */
class HostAddressesTest {
  private static final Ip X = TruthTable.X;
  private static final Duration AUDITS = Duration.ofMinutes(5);
  private static final Duration AUDIT = Duration.ofSeconds(31);

  private static void isQuarantined(TruthTable row) {
    assertThat(row.use()).isInstanceOf(AddressState.Quarantined.class);
    assertThat(condition(row, Condition.Name.ADDRESS_QUARANTINED).detail())
        .contains("link eth0 of the node has it");
  }

  private static Condition condition(TruthTable row, Condition.Name name) {
    return row.node.state.conditions().find(Condition.Key.of(name, X.toString())).orElseThrow();
  }

  // ---- checkpoint no, on a link of the host, ours: quarantined until it is removed, then cooldown

  @Test
  void aFreeOneIsQuarantinedUntilItIsRemovedAndThenRests() {
    var row = with().there().onHost("eth0", X).starts();
    isQuarantined(row);
    row.node.after(AUDITS);
    isQuarantined(row);
    row.node.local.remove(X);
    row.node.after(AUDIT);
    assertThat(row.use()).isInstanceOf(AddressState.Cooling.class);
    assertThat(row.node.condition(Condition.Name.ADDRESS_QUARANTINED)).isEmpty();
    row.node.after(AUDIT);
    assertThat(PoolViews.of(row.node.state).numbers().cooling()).isZero();
  }

  @Test
  void itIsNeitherGivenAwayNorGivenBack() {
    var row = with().there().onHost("eth0", X).starts();
    row.node.pods(20).after(AUDITS).pods(0).settled();
    assertThat(row.node.adds.values())
        .allSatisfy(
            reply ->
                assertThat(((AssignReply.Granted) reply).holding().addresses().getFirst().ip())
                    .isNotEqualTo(X));
    assertThat(row.node.ec2.get(FakeEc2.PRIMARY).cidrs()).contains(X.asCidr());
  }

  @Test
  void oneThatAppearsWhileThePodThatHadItRestsIsQuarantined() {
    var row = with().there().starts();
    row.node.adds("a").granted("a", X.toString()).dels("a");
    row.onHost("eth0", X);
    row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
    row.node.after(Duration.ofSeconds(2));
    isQuarantined(row);
  }

  /** Two nodes may fight for an address for hours: neither pays for it with a list each second. */
  @Test
  void oneThatComesAndGoesAllTheTimeIsListedEverMoreSeldomAndRightlyInTheEnd() {
    var row = with().there().starts();
    row.node.after(AUDITS);
    long before = lists(row);
    for (int second = 0; second < 300; second++) {
      if (second % 2 == 0) row.onHost("eth0", X);
      else row.node.local.remove(X);
      row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
      row.node.after(Duration.ofSeconds(1));
    }
    row.onHost("eth0", X);
    row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
    assertThat(lists(row) - before).as("in five minutes").isBetween(15L, 25L);
    row.node.after(Duration.ofSeconds(17));
    isQuarantined(row);

    row.node.after(AUDITS);
    row.node.local.remove(X);
    row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
    row.node.after(Duration.ofSeconds(2));
    assertThat(row.use())
        .as("a change by itself is seen soon again")
        .isNotInstanceOf(AddressState.Quarantined.class);
  }

  private static long lists(TruthTable row) {
    return row.node.commands.stream().filter(PoolCommand.ListVeths.class::isInstance).count();
  }

  @Test
  void theOneOfASecondaryEniIsNoDifferent() {
    var node = Scenario.m5large().starts().pods(12).settled();
    var second =
        node.state.ledger().enis().values().stream()
            .filter(eni -> !eni.facts().primary() && eni.all().free() > 0)
            .findFirst()
            .orElseThrow();
    var free =
        second.blocks().values().stream()
            .filter(block -> block.uses().isEmpty())
            .map(block -> block.cidr().network())
            .findFirst()
            .orElseThrow();
    node.local.put(free, "eth1");
    node.after(AUDIT);
    assertThat(node.eni(second.id().value()).blockOf(free).orElseThrow().uses().get(free))
        .isInstanceOf(AddressState.Quarantined.class);
  }

  @Test
  void itIsKnownAlsoIfEc2NamesTheAddressAfterTheLinksWereListed() {
    var row = with().there().onHost("eth0", X);
    row.node.holding.add(PoolCommand.AskEc2.class);
    row.node.starts(row.durable());
    row.node.release();
    assertThat(row.use()).isInstanceOf(AddressState.Quarantined.class);
    row.node.adds("b");
    assertThat(row.node.ipOf("b")).isNotEqualTo(X);
  }

  @Test
  void whatIsBeingGivenBackIsKeptForTheLinkThatHasIt() {
    var row = with();
    row.listedFree = true;
    row.releasing = true;
    row.there().onHost("eth0", X).starts();
    row.node.after(AUDITS);
    isQuarantined(row);
    assertThat(row.node.ec2.get(FakeEc2.PRIMARY).cidrs()).contains(X.asCidr());
  }

  @Test
  void afterARestartItIsToldAgain() {
    var first = with().there().onHost("eth0", X).starts();
    var row = with().there().onHost("eth0", X);
    row.node.starts(DurableForm.of(first.node.state));
    isQuarantined(row);
  }

  // ---- checkpoint yes, on a link of the host: assigned, and told

  @Test
  void aPodKeepsItsAddressAndTheConditionSaysThatItIsCutOff() {
    var row = with(listed("a", X, "default")).routed("ena", X).there().starts();
    row.onHost("eth0", X);
    row.node.after(AUDIT);
    row.assigned("a");
    assertThat(condition(row, Condition.Name.ADDRESS_ON_HOST).detail())
        .isEqualTo(
            "link eth0 of the node has it too, so pod default/a gets no packets: remove it from the link");
    assertThat(row.node.condition(Condition.Name.ADDRESS_QUARANTINED)).isEmpty();
    assertThat(HealthCheck.of(row.node.state).limited()).isPresent();

    row.node.local.clear();
    row.node.after(AUDIT);
    row.assigned("a");
    assertThat(row.node.condition(Condition.Name.ADDRESS_ON_HOST)).isEmpty();
  }

  @Test
  void aPodWhoseAddressEc2HasNotNamedYetIsToldTheSame() {
    var row = with(listed("a", X, "default")).routed("ena", X).onHost("eth0", X).starting();
    assertThat(row.node.condition(Condition.Name.ADDRESS_ON_HOST)).isPresent();
  }

  @Test
  void whatAReleasedPodLeavesToTheHostDoesNotBecomeFree() {
    var row = with(listed("a", X, "default")).routed("ena", X).there().starts();
    row.onHost("eth0", X);
    row.node.after(AUDIT);
    row.node.dels("a");
    assertThat(row.node.condition(Condition.Name.ADDRESS_ON_HOST)).isEmpty();
    assertThat(row.use()).isInstanceOf(AddressState.Quarantined.class);
    row.node.links.clear();
    row.node.after(AUDIT);
    isQuarantined(row);
  }

  // ---- not ours: nobody's business

  @Test
  void whatEc2TakesBackIsNotMentionedAnyMore() {
    var row = with().there().onHost("eth0", X).starts();
    row.node.after(AUDITS);
    var eni = row.node.ec2.get(FakeEc2.PRIMARY);
    row.node.ec2.attach(
        FakeEc2.with(eni, eni.cidrs().stream().filter(cidr -> !cidr.contains(X)).toList()));
    row.node.after(Duration.ofMinutes(15));
    assertThat(row.node.state.ledger().owner(X)).isEmpty();
    assertThat(row.node.condition(Condition.Name.ADDRESS_QUARANTINED)).isEmpty();
  }

  @Test
  void addressesThatAreNotOursAreNotMentioned() {
    var row = with().there().onHost("kube-ipvs0", Ip.parse("172.20.0.1")).starts();
    row.node.after(AUDITS);
    assertThat(row.node.state.conditions().values()).isEmpty();
  }

  // ---- when

  @Test
  void aChangeThatIsToldIsLookedAtWithinASecond() {
    var row = with().there().starts();
    row.node.after(Duration.ofSeconds(10));
    row.onHost("eth0", X);
    row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
    isQuarantined(row);
    row.node.local.clear();
    row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
    row.node.after(Duration.ofSeconds(1));
    assertThat(row.use()).isInstanceOf(AddressState.Cooling.class);
  }

  @Test
  void aHundredChangesInASecondCostTwoLists() {
    var row = with().there().starts();
    row.node.after(Duration.ofSeconds(10));
    long before = row.node.count(PoolCommand.ListVeths.class);
    for (int i = 0; i < 100; i++) {
      row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
      row.node.now = row.node.now.plusMillis(10);
    }
    row.node.after(Duration.ofSeconds(5));
    assertThat(row.node.count(PoolCommand.ListVeths.class) - before).isBetween(1L, 2L);
  }

  @Test
  void aChangeWhileTheLinksAreBeingListedIsNotMissed() {
    var row = with().there().starts();
    row.node.after(Duration.ofSeconds(10));
    row.node.holding.add(PoolCommand.ListVeths.class);
    row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
    row.node.now = row.node.now.plusMillis(5);
    var asked = (PoolCommand.ListVeths) row.node.held.remove();
    row.node.tell(new PoolEvent.HostAddressesChanged(row.node.now));
    row.node.tell(new PoolEvent.VethsListed(asked.request(), List.of(), List.of(), row.node.now));
    row.node.holding.clear();
    row.onHost("eth0", X);
    row.node.after(Duration.ofSeconds(2));
    isQuarantined(row);
  }
}
