package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A checkpoint that came with an image or a snapshot of another instance. */
class ForeignCheckpointTest {
  private static final EniId BEING_FREED = new EniId("eni-other-2");

  private final Scenario node = Scenario.m5large();

  private static NodeFacts facts(String instance) {
    return new NodeFacts(
        new NodeFacts.Instance(instance, "m5.large", "eu-west-1", "eu-west-1a"),
        new NodeFacts.Vpc("vpc-1", List.of(Cidr.parse("10.0.0.0/8")), List.of()),
        new NodeFacts.Primary(
            new EniId("eni-of-" + instance),
            "02:00:00:00:00:01",
            new SubnetId("subnet-1"),
            Optional.of(Ip.parse("10.0.0.4")),
            Optional.empty()));
  }

  /** A file with a pod, an ENI that is being freed, a pending deletion and a cooldown. */
  private static Durable fileOf(String instance) {
    var pod = Ip.parse("10.7.0.8");
    return new Durable(
        List.of(TruthTable.listed("a", pod, "default")),
        Optional.of(
            new Durable.Agent(
                Optional.of(facts(instance)),
                Optional.empty(),
                List.of(
                    new Durable.SavedEni(
                        FakeEc2.eni("eni-other-1", 0, 0, List.of(pod.asCidr())),
                        254,
                        Set.of(),
                        false,
                        Map.of()),
                    new Durable.SavedEni(
                        FakeEc2.eni(BEING_FREED.value(), 0, 1, List.of(Cidr.parse("10.7.0.9/32"))),
                        2,
                        Set.of(),
                        true,
                        Map.of())),
                Map.of(Ip.parse("10.7.0.10"), Scenario.START.plusSeconds(20)),
                Map.of(),
                Set.of("enipromised"),
                Map.of(),
                Map.of())));
  }

  private void nothingOfItIsLeft() {
    assertThat(node.state.ledger().holdings()).isEmpty();
    assertThat(node.state.ledger().enis().keySet()).containsExactly(FakeEc2.PRIMARY);
    assertThat(node.state.ledger().reclaims()).isEmpty();
    assertThat(node.state.links().pendingDeletions()).isEmpty();
    assertThat(node.condition(Condition.Name.CHECKPOINT_FOREIGN))
        .hasValueSatisfying(
            told ->
                assertThat(told.detail())
                    .contains("i-other", "i-1", "1 pod", "2 ENIs, of which 1 to be freed")
                    .contains("*.of-i-other"));
    assertThat(node.setAside).containsExactly("i-other");
  }

  @Test
  void nothingInItIsActedOn() {
    node.tell(new PoolEvent.FactsKnown(facts("i-1"), node.now)).starts(fileOf("i-other"));
    node.after(Duration.ofMinutes(10));
    nothingOfItIsLeft();
    assertThat(node.asked(FreeEni.class)).isEmpty();
    assertThat(node.asked(UnassignAddresses.class)).isEmpty();
  }

  /** While IMDS is silent nobody knows, so pods are served; EC2 is not called meanwhile. */
  @Test
  void itIsDroppedAsSoonAsImdsSaysWhichInstanceThisIs() {
    for (int i = 0; i < 1000; i++) {
      node.ec2.fail(FailureKind.NOT_ASKED, "ImdsUnavailable");
    }
    node.starts(fileOf("i-other")).after(Duration.ofSeconds(10));
    assertThat(node.state.ledger().holdings()).hasSize(1);
    node.ec2.heal();
    node.tell(new PoolEvent.FactsKnown(facts("i-1"), node.now)).after(Duration.ofMinutes(10));
    nothingOfItIsLeft();
  }

  /** The pod runs here, whoever has its address: its DEL must find it. */
  @Test
  void whatThisProcessGaveMeanwhileStays() {
    for (int i = 0; i < 1000; i++) {
      node.ec2.fail(FailureKind.NOT_ASKED, "ImdsUnavailable");
    }
    node.starts(withFreeAddress()).after(Duration.ofSeconds(10));
    node.adds("here").after(Duration.ofSeconds(1));
    var given = node.ipOf("here");
    node.tell(
        new PoolEvent.DelReceived(
            node.call("gone"), Scenario.attachment("gone"), List.of("enigone"), node.now));
    node.ec2.heal();
    node.tell(new PoolEvent.FactsKnown(facts("i-1"), node.now));
    assertThat(node.state.ledger().holdings().keySet())
        .containsExactly(Scenario.attachment("here"));
    assertThat(node.state.ledger().unplaced()).containsOnlyKeys(given);
    assertThat(node.synced)
        .extracting(Holding::attachment)
        .containsExactly(Scenario.attachment("here"));
    assertThat(node.state.links().pendingDeletions())
        .as("the promise of this process, and not the file's")
        .containsExactly("enigone");
    node.after(Duration.ofMinutes(10)).dels("here").after(Duration.ofMinutes(1));
    assertThat(node.dels.get("here")).isInstanceOf(ReleaseReply.Released.class);
    assertThat(node.state.ledger().holdings()).isEmpty();
    assertThat(node.state.ledger().unplaced()).isEmpty();
  }

  /** The file of another instance with an address that no pod has. */
  private static Durable withFreeAddress() {
    var file = fileOf("i-other");
    var agent = file.agent().orElseThrow();
    var eni = agent.enis().getFirst();
    var cidrs = List.of(Cidr.parse("10.7.0.8/32"), Cidr.parse("10.7.0.11/32"));
    return new Durable(
        file.holdings(),
        Optional.of(
            new Durable.Agent(
                agent.facts(),
                agent.limits(),
                List.of(
                    new Durable.SavedEni(
                        FakeEc2.with(eni.eni(), cidrs), 254, Set.of(), false, Map.of())),
                agent.cooling(),
                agent.quarantined(),
                agent.pendingVeths(),
                agent.goneCidrs(),
                agent.goneEnis())));
  }

  @Test
  void theFileOfThisInstanceIsUsed() {
    node.tell(new PoolEvent.FactsKnown(facts("i-1"), node.now)).starts(fileOf("i-1"));
    assertThat(node.state.ledger().holdings()).hasSize(1);
    assertThat(node.asked(FreeEni.class)).containsExactly(new FreeEni(BEING_FREED));
    assertThat(node.condition(Condition.Name.CHECKPOINT_FOREIGN)).isEmpty();
  }

  /** The reference writes no instance id, and a node must survive the switch from it. */
  @Test
  void aFileWithoutAnInstanceIsUsed() {
    node.tell(new PoolEvent.FactsKnown(facts("i-1"), node.now))
        .starts(new Durable(fileOf("i-other").holdings(), Optional.empty()));
    assertThat(node.state.ledger().holdings()).hasSize(1);
  }
}
