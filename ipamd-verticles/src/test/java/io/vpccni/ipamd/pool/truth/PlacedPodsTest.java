package io.vpccni.ipamd.pool.truth;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Pods of a checkpoint that does not say which ENIs their addresses are on. Unknown is not a value:
 * their routing tables are not known until the ENI is, and net-programmer is told then.
 */
class PlacedPodsTest {
  private Scenario node = Scenario.m5large();

  private static Holding held(String pod, HeldAddress... addresses) {
    return new Holding(
        Scenario.attachment(pod),
        new PodRef("default", pod),
        Wiring.UNKNOWN,
        List.of(addresses),
        Optional.empty(),
        Instant.EPOCH);
  }

  private static HeldAddress unplaced(String ip, int card) {
    return HeldAddress.unplaced(Ip.parse(ip), card);
  }

  private void eni(String id, int card, int device, String... ips) {
    var cidrs = Stream.of(ips).map(ip -> Ip.parse(ip).asCidr()).toList();
    var eni = FakeEc2.eni(id, card, device, cidrs);
    node.ec2.enis.put(eni.id(), eni);
  }

  /** Starts with the reference's file, which has no more than addresses. */
  private void starts(Holding... holdings) {
    node.starts(new Durable(List.of(holdings), Optional.empty()));
  }

  private void ec2IsDownFor(int calls) {
    for (int i = 0; i < calls; i++) node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
  }

  private List<Integer> tables(String pod) {
    var holding = node.state.ledger().holdings().get(Scenario.attachment(pod));
    assertThat(holding).isNotNull();
    return holding.addresses().stream().map(HeldAddress::routeTable).toList();
  }

  private List<Integer> told(String pod) {
    var holding = node.placed.get(pod);
    return holding == null
        ? List.of()
        : holding.addresses().stream().map(HeldAddress::routeTable).toList();
  }

  @Test
  void whileEc2AndImdsAreDownTheTableIsNotKnownAndAfterwardsItIsTold() {
    ec2IsDownFor(100);
    node.links.put(Ip.parse("10.0.200.20"), "enia");
    node.links.put(Ip.parse("10.0.200.30"), "enib");
    starts(held("a", unplaced("10.0.200.20", 0)), held("b", unplaced("10.0.200.30", 0)));
    node.after(Duration.ofMinutes(10));
    assertThat(tables("a")).containsExactly(HeldAddress.UNKNOWN_TABLE);
    assertThat(node.placed).isEmpty();

    eni("eni-p", 0, 0, "10.0.200.20");
    eni("eni-s", 0, 2, "10.0.200.30");
    node.ec2.heal();
    node.after(Duration.ofMinutes(10));

    assertThat(tables("a")).containsExactly(HeldAddress.MAIN_TABLE);
    assertThat(tables("b")).containsExactly(3);
    assertThat(told("a")).containsExactly(HeldAddress.MAIN_TABLE);
    assertThat(told("b")).containsExactly(3);
  }

  @Test
  void onSeveralCardsNothingIsTouchedWhileEc2IsDownForTenMinutes() {
    node = new Scenario(settings().multiNic().build());
    node.tell(new PoolEvent.LimitsKnown(new Limits(3, 9, 3), node.now));
    ec2IsDownFor(1000);
    node.links.putAll(
        Map.of(
            Ip.parse("10.0.200.20"), "enia0",
            Ip.parse("10.0.200.30"), "enia1",
            Ip.parse("10.0.200.40"), "enia2",
            Ip.parse("10.0.200.50"), "enib"));
    starts(
        held(
            "a",
            unplaced("10.0.200.20", 0),
            unplaced("10.0.200.30", 1),
            unplaced("10.0.200.40", 2)),
        held("b", unplaced("10.0.200.50", 0)));
    node.after(Duration.ofMinutes(10));
    assertThat(tables("a")).containsExactly(0, 0, 0);
    assertThat(tables("b")).containsExactly(0);
    assertThat(node.commands)
        .noneMatch(PoolCommand.DetachPod.class::isInstance)
        .noneMatch(PoolCommand.PlacePod.class::isInstance);
    assertThat(node.asked(Ec2Request.class)).allMatch(DescribeAttached.class::isInstance);

    eni("eni-0", 0, 0, "10.0.200.20");
    eni("eni-s", 0, 1, "10.0.200.50");
    eni("eni-c", 1, 1, "10.0.200.30");
    eni("eni-d", 2, 1, "10.0.200.40");
    node.ec2.heal();
    node.after(Duration.ofMinutes(10));
    assertThat(told("a")).containsExactly(HeldAddress.MAIN_TABLE, 10_101, 10_201);
    assertThat(told("b")).containsExactly(2);
    assertThat(node.commands).noneMatch(PoolCommand.DetachPod.class::isInstance);
  }

  @Test
  void onAnotherCardTheTableIsKnownWhenItsEniIsSetUp() {
    node.appliesHosts = false;
    eni("eni-0", 0, 0, "10.0.200.20");
    eni("eni-c", 1, 1, "10.0.200.30");
    starts(held("m", unplaced("10.0.200.20", 0), unplaced("10.0.200.30", 1)));
    assertThat(tables("m")).containsExactly(HeldAddress.MAIN_TABLE, HeldAddress.UNKNOWN_TABLE);

    node.tell(new PoolEvent.HostApplied(Map.of(new EniId("eni-c"), 700), Set.of(), node.now));

    assertThat(tables("m")).as("a table of another program").containsExactly(254, 700);
    assertThat(told("m")).containsExactly(254, 700);
  }
}
