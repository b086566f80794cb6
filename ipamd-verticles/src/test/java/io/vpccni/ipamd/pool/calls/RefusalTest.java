package io.vpccni.ipamd.pool.calls;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.AssignReply.Refused;
import io.vpccni.ipamd.pool.PoolNumbers;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the reason, a refused caller learns all the figures. */
class RefusalTest {
  /**
   * Returns a node with room for five addresses: two assigned, one cooling, one quarantined, one to
   * be asked for.
   */
  private static Scenario node(int maxWaiting) {
    var node =
        new Scenario(
                settings()
                    .targets(new Targets(0, 0, 3, 0))
                    .cooldown(Duration.ofMinutes(10))
                    .maxWaiting(maxWaiting)
                    .build())
            .limits(1, 5)
            .starts();
    node.pods(2).dels("p1");
    node.links.put(Ip.parse("10.0.0.18"), "enistranger");
    // The quarantined one is made up for, and given away.
    return node.after(Duration.ofSeconds(31)).adds("p2");
  }

  @Test
  void theFiguresAreThoseOfThePool() {
    var node = node(10);
    node.ec2.fail(FailureKind.PERMANENT, "InvalidParameterValue");
    node.adds("x").refused("x", Reason.NO_ADDRESS);
    assertThat(((Refused) node.adds.get("x")).numbers())
        .isEqualTo(
            new PoolNumbers(
                3, 2, 0, 1, 1, 0, 5, 0, "AssignPrivateIpAddresses: InvalidParameterValue"));
    assertThat(node.refusal("x"))
        .contains(
            "no address is free",
            "assigned 2",
            "free 0",
            "cooling 1",
            "quarantined 1",
            "in flight 0",
            "limit 5",
            "waiting 0",
            "last EC2 error: AssignPrivateIpAddresses: InvalidParameterValue");
  }

  @Test
  void whatIsInFlightAndWhoWaitsIsTold() {
    var node = node(1);
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("first", "second").unanswered("first").refused("second", Reason.TOO_MANY_WAITING);
    assertThat(node.refusal("second")).contains("in flight 1", "waiting 1");
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void everyReasonComesWithThem(Reason reason) {
    var node = node(1);
    switch (reason) {
      case NO_ADDRESS -> {
        node.ec2.fail(FailureKind.PERMANENT, "Broken");
        node.adds("x");
      }
      case TIMED_OUT -> {
        node.holding.add(PoolCommand.AskEc2.class);
        node.adds("x").after(Duration.ofSeconds(15), false);
      }
      case TOO_MANY_WAITING -> {
        node.holding.add(PoolCommand.AskEc2.class);
        node.adds("other", "x");
      }
      case DELETED -> {
        node.holding.add(PoolCommand.AskEc2.class);
        node.adds("x").dels("x");
      }
      case NOT_SAVED -> {
        node.diskFull = true;
        node.adds("x");
      }
      case INVALID ->
          node.tell(
              new PoolEvent.AddReceived(
                  node.call("x"),
                  Scenario.attachment("x"),
                  PodRef.UNKNOWN,
                  Wiring.UNKNOWN,
                  true,
                  node.now));
    }
    node.refused("x", reason);
    assertThat(node.refusal("x"))
        .containsPattern(
            "\\(assigned \\d+, free \\d+, cooling \\d+, quarantined \\d+, in flight \\d+, limit 5, waiting \\d+");
  }
}
