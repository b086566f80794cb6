package io.vpccni.ipamd.pool.calls;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** These tests show node-local addresses of the other family. */
class EgressTest {
  private static final Cidr RANGE = Cidr.parse("169.254.172.0/29");

  private final Scenario node = new Scenario(egress(RANGE)).limits(3, 9);

  private static PoolSettings egress(Cidr range) {
    return settings().egress(range).build();
  }

  private static NodeFacts facts(Optional<Ip> ipv4, Optional<Ip> ipv6) {
    return new NodeFacts(
        new NodeFacts.Instance("i-1", "m5.large", "eu-west-1", "eu-west-1a"),
        new NodeFacts.Vpc("vpc-1", List.of(), List.of()),
        new NodeFacts.Primary(
            new EniId("eni-0"), "02:00:00:00:00:01", new SubnetId("subnet-1"), ipv4, ipv6));
  }

  private List<String> given() {
    return node.state.ledger().holdings().values().stream()
        .flatMap(held -> held.egress().stream())
        .map(Ip::toString)
        .toList();
  }

  @Test
  void everyPodGetsOneAndThoseThatComeWhenAllAreTakenGoWithoutAndSayso() {
    node.starts().pods(6);
    // Of 8: not the network, the gateway, the broadcast address.
    assertThat(given())
        .containsExactlyInAnyOrder(
            "169.254.172.2", "169.254.172.3", "169.254.172.4", "169.254.172.5", "169.254.172.6");
    assertThat(node.adds.values()).hasSize(6).allMatch(AssignReply.Granted.class::isInstance);
    assertThat(node.condition(Condition.Name.EGRESS_UNAVAILABLE))
        .hasValueSatisfying(told -> assertThat(told.reason()).isEqualTo("Exhausted"));
    node.dels("p0").adds("again");
    assertThat(node.state.ledger().holding(Scenario.attachment("again")).orElseThrow().egress())
        .isPresent();
    assertThat(node.condition(Condition.Name.EGRESS_UNAVAILABLE)).isEmpty();
  }

  /** Its link in the pod has the same name whichever interface it comes with. */
  @Test
  void aSecondInterfaceOfAPodGetsNoneBesideTheFirst() {
    node.starts().adds("a");
    var second = new Attachment("a", "net1", "aws-cni");
    var wiring = new Wiring("/run/netns/a", List.of("enia"), Wiring.By.PROGRAMMER);
    node.tell(
        new PoolEvent.AddReceived(
            node.call("a-net1"), second, new PodRef("default", "a"), wiring, false, node.now));
    assertThat(node.state.ledger().holding(second).orElseThrow().egress()).isEmpty();
    assertThat(given()).hasSize(1);
    assertThat(node.condition(Condition.Name.EGRESS_UNAVAILABLE)).isEmpty();
  }

  /** Whoever came first would have the link, and the pod's default route would have none. */
  @Test
  void theInterfaceWithTheDefaultRouteGetsItAlsoIfItComesLast() {
    node.starts();
    var early = new Attachment("a", "net1", "aws-cni");
    var wiring = new Wiring("/run/netns/a", List.of("eni7"), Wiring.By.PROGRAMMER);
    node.tell(
        new PoolEvent.AddReceived(
            node.call("a-net1"), early, new PodRef("default", "a"), wiring, false, node.now));
    node.adds("a");
    assertThat(node.state.ledger().holding(early).orElseThrow().egress()).isEmpty();
    assertThat(node.state.ledger().holding(Scenario.attachment("a")).orElseThrow().egress())
        .isPresent();
  }

  @Test
  void aNodeWithoutAnAddressOfThatFamilyGivesNoneAndSaysSo() {
    node.tell(
        new PoolEvent.FactsKnown(
            facts(Optional.empty(), Optional.of(Ip.parse("2001:db8::1"))), node.now));
    node.starts().adds("a");
    assertThat(given()).isEmpty();
    assertThat(node.condition(Condition.Name.EGRESS_UNAVAILABLE))
        .hasValueSatisfying(told -> assertThat(told.reason()).isEqualTo("NoNodeAddress"));

    node.tell(
        new PoolEvent.FactsKnown(
            facts(Optional.of(Ip.parse("10.0.0.10")), Optional.empty()), node.now));
    node.adds("b");
    assertThat(given()).hasSize(1);
    assertThat(node.condition(Condition.Name.EGRESS_UNAVAILABLE)).isEmpty();
  }

  @Test
  void whatALinkOfAnUnknownPodUsesIsNotGivenAndIsNoForeignAddress() {
    for (int last = 2; last <= 5; last++) {
      node.links.put(Ip.parse("169.254.172." + last), "veth" + last);
    }
    node.starts().adds("a").after(Duration.ofMinutes(2));
    assertThat(given()).containsExactly("169.254.172.6");
    assertThat(node.condition(Condition.Name.UNKNOWN_VETH)).isEmpty();
  }
}
