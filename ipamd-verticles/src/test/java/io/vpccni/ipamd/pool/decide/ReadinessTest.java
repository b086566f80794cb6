package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.PoolView.Readiness;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** These tests show what STATUS tells a runtime, before an ADD has found out. */
class ReadinessTest {
  /** This is as many as a test may ask. */
  private static final int FOR_LONG = 50;

  private static Scenario oneFree() {
    return Scenario.m5large(new Targets(0, 1, 0, 0)).limits(1, 5).starts();
  }

  private static void refuses(Scenario node, FailureKind kind, String code) {
    for (int i = 0; i < FOR_LONG; i++) node.ec2.fail(kind, code);
  }

  private static Scenario ready(Scenario node) {
    assertThat(ReadinessCheck.of(node.state)).isEqualTo(new Readiness.Ready());
    return node;
  }

  private static void notReady(Scenario node, String... why) {
    assertThat(ReadinessCheck.of(node.state))
        .as(
            "%s %s %s",
            PoolViews.of(node.state).numbers(),
            node.state.conditions().byKey().keySet(),
            node.ec2.calls)
        .isInstanceOfSatisfying(Readiness.NotReady.class, no -> assertThat(no.why()).contains(why));
  }

  @Test
  void whenEc2RefusesWhatTheNextPodNeedsThatIsTold() {
    var node = ready(oneFree());
    refuses(node, FailureKind.SUBNET_EXHAUSTED, "InsufficientFreeAddressesInSubnet");
    node.adds("a").after(Duration.ofSeconds(1));
    notReady(
        node,
        "no address is free, and none can be had in time",
        "assigned 1, free 0",
        "InsufficientFreeAddressesInSubnet");
    node.adds("b").refused("b", Reason.NO_ADDRESS);
  }

  @Test
  void withoutThePermissionToFillAnEniNobodyWaitsForAnotherEni() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0)).starts();
    refuses(node, FailureKind.UNAUTHORIZED, "UnauthorizedOperation");
    node.adds("a").after(Duration.ofSeconds(1));
    notReady(node, "assigned 1, free 0", "UnauthorizedOperation");
    node.adds("b").refused("b", Reason.NO_ADDRESS);
  }

  @Test
  void asLongAsOneIsFreeEc2MayRefuseTheNext() {
    var node = oneFree();
    node.adds("a");
    refuses(node, FailureKind.PERMANENT, "InvalidParameterValue");
    node.after(Duration.ofMinutes(1));
    ready(node);
  }

  @Test
  void whatIsOnItsWayIsWaitedFor() {
    var node = oneFree();
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("a");
    ready(node);
    node.adds("b").unanswered("b");
  }

  @Test
  void anAddressThatHasRestedInTimeIsWaitedFor() {
    var node = oneFree();
    refuses(node, FailureKind.SUBNET_EXHAUSTED, "InsufficientFreeAddressesInSubnet");
    node.adds("a").dels("a");
    notReady(node, "cooling 1");
    node.after(Duration.ofSeconds(20), false);
    ready(node);
    node.adds("b").unanswered("b");
    notReady(node, "waiting 1");
  }

  @Test
  void aNodeThatIsFullIsReady() {
    var node = oneFree().pods(5);
    assertThat(node.free()).isZero();
    node.adds("x").refused("x", Reason.NO_ADDRESS);
    ready(node);
  }

  @Test
  void whileNothingCanBeWrittenNothingCanBeGiven() {
    var node = oneFree();
    node.diskFull = true;
    node.adds("a").refused("a", Reason.NOT_SAVED);
    notReady(node, "no space left on device");
    node.diskFull = false;
    node.after(Duration.ofSeconds(6), false);
    ready(node);
  }
}
