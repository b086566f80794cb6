package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** These tests show how addresses are given back: marked, written, checked, asked, forgotten. */
class ShrinkTest {
  @Test
  void shrinkingWaitsForTheDiskAndForAFreshListOfLinks() {
    var node = Scenario.m5large(new Targets(1, 2, 0, 0)).starts().pods(9).settled();
    node.pods(0);
    node.holding.add(PoolCommand.Save.class);
    int calls = node.ec2.calls.size();
    node.after(Duration.ofMinutes(2));
    assertThat(node.state.ledger().reclaims()).isNotEmpty();
    assertThat(node.ec2.calls).hasSize(calls);
    node.release().settled().shape("2");
  }

  @Test
  void whatIsMarkedIsTakenBackWhenSomebodyNeedsIt() {
    var node = Scenario.m5large(new Targets(1, 1, 0, 0)).limits(1, 9).starts().pods(8).settled();
    node.pods(0);
    node.holding.add(PoolCommand.Save.class);
    node.after(Duration.ofMinutes(2));
    assertThat(node.state.ledger().reclaims()).isNotEmpty();
    for (int i = 0; i < 9; i++) {
      node.add("n" + i);
    }
    assertThat(node.state.ledger().reclaims()).isEmpty();
    node.release();
    assertThat(node.state.ledger().holdings()).hasSize(9);
  }

  @Test
  void aLinkThatAppearsBetweenMarkAndRequestKeepsTheAddress() {
    var node = Scenario.m5large(new Targets(1, 1, 0, 0)).starts().pods(8).settled().shape("9");
    var ip = node.ipOf("p3");
    node.pods(0);
    node.after(Duration.ofSeconds(20));
    node.links.put(ip, "enstranger");
    node.settled();
    assertThat(node.ec2.get(FakeEc2.PRIMARY).cidrs()).contains(ip.asCidr());
    assertThat(node.condition(Condition.Name.ADDRESS_QUARANTINED)).isPresent();
  }

  @Test
  void switchingToPrefixesReplacesSinglesAsTheirPodsLeave() {
    var node = Scenario.m5large(new Targets(1, 2, 0, 1)).starts().pods(3).settled().shape("5");
    node.tell(new PoolEvent.KindChanged(AddressKind.IPV4_PREFIX, node.now));
    node.settled();
    assertThat(node.eni("eni-0").singles().blocks()).isEqualTo(3);
    assertThat(node.eni("eni-0").prefixes().blocks()).isEqualTo(1);
    node.pods(0).settled().shape("1");
    node.tell(new PoolEvent.KindChanged(AddressKind.SECONDARY_IP, node.now));
    node.settled().shape("2");
    assertThat(node.eni("eni-0").prefixes().blocks()).isZero();
  }

  /** A prefix full of other people's links is neither free nor counted: found by the simulation. */
  @Test
  void aPrefixOfQuarantinedAddressesIsNoReasonToGoRoundInCircles() {
    var node = Scenario.prefixes(new Targets(1, 3, 0, 1));
    for (int last = 0; last < 14; last++) node.links.put(Ip.parse("10.1.0." + last), "veth" + last);
    node.starts().after(Duration.ofMinutes(5));
    assertThat(PoolViews.of(node.state).numbers().quarantined()).isEqualTo(14);
    int calls = node.ec2.calls.size();
    node.after(Duration.ofHours(1));
    assertThat(node.ec2.calls.subList(calls, node.ec2.calls.size())).isEmpty();
  }

  @Test
  void efaAndTrunkEnisAreNeverFreed() {
    var node = Scenario.m5large();
    node.ec2.attach(FakeEc2.eni("eni-e", 0, 1, List.of(), EniKind.EFA, false, true));
    node.ec2.attach(FakeEc2.eni("eni-t", 0, 2, List.of(), EniKind.TRUNK, false, true));
    node.starts().pods(12).settled().shape("9,9,0").pods(0).settled();
    assertThat(node.asked(FreeEni.class)).isEmpty();
  }

  @Test
  void anExcludedEniKeepsItsPodsAndLosesItsFreeAddresses() {
    var node = Scenario.m5large().starts().pods(10).settled().shape("9,9,9");
    var second = node.ec2.get(new EniId("eni-1"));
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, second.cidrs(), EniKind.ORDINARY, true, true));
    node.described().settled();
    assertThat(node.ec2.get(new EniId("eni-1")).cidrs()).hasSize(1);
    node.dels("p9").settled();
    assertThat(node.ec2.enis).doesNotContainKey(new EniId("eni-1"));
  }
}
