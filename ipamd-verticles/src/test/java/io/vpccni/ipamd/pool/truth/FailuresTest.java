package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests show what a failure of EC2 means for the next requests. */
class FailuresTest {
  /**
   * IMDS is read again every few seconds: whoever waits for it must not wait longer than it does.
   */
  @Test
  void whatCouldNotBeAskedIsAskedAgainSoonAndIsNoThrottling() {
    var node = Scenario.m5large();
    int failures = 6;
    for (int i = 0; i < failures; i++) node.ec2.fail(FailureKind.NOT_ASKED, "ImdsUnavailable");
    node.starts();
    var pause = Ec2Failures.PASSING.plusMillis(1);
    for (int i = 0; i < failures; i++) {
      assertThat(node.state.conditions().byKey().keySet())
          .extracting(key -> key.name())
          .doesNotContain("Ec2Throttled");
      node.after(pause);
    }
    node.adds("p1");
    assertThat(node.adds.get("p1")).isInstanceOf(AssignReply.Granted.class);
  }

  @ParameterizedTest(name = "after {0}, {2} more requests in 10 minutes at most")
  @CsvSource({
    "THROTTLED, RequestLimitExceeded, 20",
    "UNAVAILABLE, Unavailable, 20",
    "OUTCOME_UNKNOWN, Timeout, 20",
    "SUBNET_EXHAUSTED, InsufficientFreeAddressesInSubnet, 12",
    "UNAUTHORIZED, UnauthorizedOperation, 8",
    "LIMIT_EXCEEDED, PrivateIpAddressLimitExceeded, 12",
    "PERMANENT, InvalidParameterValue, 12",
  })
  void aFailureIsNeverRepeatedHot(FailureKind kind, String code, int most) {
    var node = Scenario.m5large();
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    int asked = 0;
    for (int second = 0; second < 600; second++) {
      for (var command : List.copyOf(node.held)) {
        node.held.remove(command);
        if (command instanceof PoolCommand.AskEc2(var id, var ask)) {
          boolean describe = ask instanceof DescribeAttached;
          asked += describe ? 0 : 1;
          node.tell(
              new PoolEvent.Ec2Answered(
                  id,
                  describe
                      ? node.ec2.answer(ask)
                      : new Ec2Reply.Failed(call(ask), code, "", kind, Optional.empty()),
                  node.now));
        }
      }
      node.after(Duration.ofSeconds(1));
    }
    assertThat(asked).isBetween(2, most);
    // What EC2 itself is like is told by whoever calls it.
    boolean ofThePool =
        switch (kind) {
          case SUBNET_EXHAUSTED, LIMIT_EXCEEDED, PERMANENT -> true;
          case NOT_ASKED, THROTTLED, UNAVAILABLE, OUTCOME_UNKNOWN, UNAUTHORIZED -> false;
        };
    assertThat(node.state.conditions().byKey().isEmpty()).isNotEqualTo(ofThePool);
    node.release().after(Duration.ofMinutes(21)).shape("9");
    assertThat(node.state.conditions().values()).as("conditions that are over").isEmpty();
  }

  @Test
  void anAnswerThatBringsNothingIsNotAskedForAgainAtOnce() {
    var node = Scenario.m5large();
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    int asked = 0;
    for (int second = 0; second < 120; second++) {
      for (var command : List.copyOf(node.held)) {
        node.held.remove(command);
        if (command instanceof PoolCommand.AskEc2(var id, var ask)) {
          asked += ask instanceof AssignAddresses ? 1 : 0;
          node.tell(
              new PoolEvent.Ec2Answered(
                  id,
                  ask instanceof AssignAddresses(var eni, var _, var _)
                      ? new Ec2Reply.AddressesAssigned(eni, List.of())
                      : node.ec2.answer(ask),
                  node.now));
        }
      }
      node.after(Duration.ofSeconds(1));
    }
    assertThat(asked).isLessThanOrEqualTo(5);
  }

  @Test
  void aRetryComesEvenIfNothingElseHappens() {
    var node = Scenario.m5large();
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    node.tell(fail(node, FailureKind.THROTTLED));
    node.after(Duration.ofSeconds(3), false);
    assertThat(node.held).isNotEmpty();
  }

  @Test
  void afterAnUnknownOutcomeEc2IsReadBeforeItIsAskedAgain() {
    var node = Scenario.m5large().starts();
    int describes = node.asked(DescribeAttached.class).size();
    node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    node.pods(1);
    assertThat(node.asked(DescribeAttached.class)).hasSize(describes + 1);
    node.after(Duration.ofSeconds(10)).shape("9,9");
  }

  @Test
  void aSubnetWithoutAWholePrefixGivesSingleAddresses() {
    var node = Scenario.prefixes(new Targets(1, 5, 0, 1));
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    for (int i = 0; i < 4; i++) {
      for (var command : List.copyOf(node.held)) {
        node.held.remove(command);
        if (command instanceof PoolCommand.AskEc2(var id, var ask)) {
          boolean prefix =
              ask instanceof AssignAddresses(var _, var kind, var _)
                  && kind == AddressKind.IPV4_PREFIX;
          node.tell(
              new PoolEvent.Ec2Answered(
                  id,
                  prefix
                      ? new Ec2Reply.Failed(
                          "AssignPrivateIpAddresses",
                          "InsufficientCidrBlocks",
                          "",
                          FailureKind.SUBNET_EXHAUSTED,
                          Optional.of("subnet-1"))
                      : node.ec2.answer(ask),
                  node.now));
        }
      }
    }
    assertThat(node.condition(Condition.Name.PREFIXES_UNAVAILABLE)).isPresent();
    node.adds("a");
    assertThat(node.adds.get("a")).isInstanceOf(AssignReply.Granted.class);
    node.release().after(Duration.ofMinutes(45));
    assertThat(node.condition(Condition.Name.PREFIXES_UNAVAILABLE)).isEmpty();
    assertThat(node.eni("eni-0").prefixes().blocks()).isEqualTo(1);
    // Only the pod that has one keeps a single address.
    assertThat(node.eni("eni-0").singles().blocks()).isEqualTo(1);
    node.dels("a").settled();
    assertThat(node.eni("eni-0").singles().blocks()).isZero();
  }

  private static String call(Ec2Request ask) {
    return ask instanceof CreateEni ? "CreateNetworkInterface" : "AssignPrivateIpAddresses";
  }

  private static PoolEvent fail(Scenario node, FailureKind kind) {
    var asked = (PoolCommand.AskEc2) node.held.remove();
    return new PoolEvent.Ec2Answered(
        asked.request(), new Ec2Reply.Failed("X", "Code", "", kind, Optional.empty()), node.now);
  }
}
