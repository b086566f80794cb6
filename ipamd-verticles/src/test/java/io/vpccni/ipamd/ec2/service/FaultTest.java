package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.AddressesAssigned;
import io.vpccni.ipamd.ec2.Ec2Reply.AddressesUnassigned;
import io.vpccni.ipamd.ec2.Ec2Reply.AssignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.http.Gate;
import io.vpccni.sim.http.Servers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way in which a call to EC2 can fail, and what the agent makes of it. {@link EniFaultTest}
 * has the calls of which an ENI's life consists.
 */
class FaultTest extends FaultyCloud {
  private AssignAddressesReply assign(int count) {
    return node.ask(new AssignAddresses(node.primary(), AddressKind.SECONDARY_IP, count));
  }

  /**
   * One fault on one call: whether the agent overcomes it within the same request, how often it
   * asks, and what it says otherwise.
   */
  @ParameterizedTest(name = "{0} → {1}, {2} calls")
  @CsvSource({
    "RequestLimitExceeded, ok, 2",
    "Throttling, ok, 2",
    "Unavailable, ok, 2",
    "RequestExpired, ok, 2",
    "InternalError, OUTCOME_UNKNOWN, 1",
    "RequestTimeout, OUTCOME_UNKNOWN, 1",
    "InsufficientFreeAddressesInSubnet, SUBNET_EXHAUSTED, 1",
    "InsufficientCidrBlocks, SUBNET_EXHAUSTED, 1",
    "PrivateIpAddressLimitExceeded, LIMIT_EXCEEDED, 1",
    "UnauthorizedOperation, UNAUTHORIZED, 1",
    "AuthFailure, UNAUTHORIZED, 1",
    "SignatureDoesNotMatch, UNAUTHORIZED, 1",
    "InvalidNetworkInterfaceID.NotFound, PERMANENT, 1",
    "InvalidNetworkInterfaceId.Malformed, PERMANENT, 1",
    "InvalidParameterValue, PERMANENT, 1",
    "MissingParameter, PERMANENT, 1",
    "InvalidParameterCombination, PERMANENT, 1",
    "UnsupportedOperation, PERMANENT, 1",
    "OperationNotPermitted, PERMANENT, 1",
    "SomethingNew, PERMANENT, 1",
  })
  void oneFaultOfAnAssign(String code, String outcome, int calls) {
    node.fault(Fault.nth(1, "AssignPrivateIpAddresses", Fault.refuse(code)));
    var reply = assign(1);
    if (outcome.equals("ok")) {
      assertThat(reply).isInstanceOf(AddressesAssigned.class);
    } else {
      assertThat(reply)
          .isInstanceOfSatisfying(
              Failed.class,
              failed -> {
                assertThat(failed.kind()).isEqualTo(FailureKind.valueOf(outcome));
                assertThat(failed.code()).isEqualTo(code);
                assertThat(failed.action()).isEqualTo("AssignPrivateIpAddresses");
                assertThat(failed.subnet().isPresent())
                    .isEqualTo(failed.kind() == FailureKind.SUBNET_EXHAUSTED);
              });
    }
    assertThat(node.cloud.log().count("AssignPrivateIpAddresses")).isEqualTo(calls);
    assertThat(assign(1)).as("healed").isInstanceOf(AddressesAssigned.class);
  }

  @Test
  void aMissingPermissionIsOneConditionUntilItIsGranted() {
    node.fault(Fault.always("AssignPrivateIpAddresses", Fault.refuse("UnauthorizedOperation")));
    assign(1);
    assign(1);
    Waiting.within(
        "a condition",
        () -> node.conditions.stream().anyMatch(c -> c.name().equals("NoPermission")));
    assertThat(node.conditions)
        .filteredOn(c -> c.name().equals("NoPermission"))
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.subject()).isEqualTo("AssignPrivateIpAddresses");
              assertThat(c.raised()).isTrue();
            });
    node.heal();
    assign(1);
    Waiting.within(
        "its end",
        () ->
            node.conditions.contains(
                ConditionChanged.over("NoPermission", "AssignPrivateIpAddresses")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndpointThatClosesOrHangsIsAConditionThatEndsByItself(boolean closes) {
    var gate = node.sim.servers().gate(Servers.Service.EC2);
    gate.mode(closes ? new Gate.Mode.Refusing() : new Gate.Mode.Hanging());
    assertThat(assign(1))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.kind()).isEqualTo(FailureKind.OUTCOME_UNKNOWN));
    assign(1);
    Waiting.within(
        "the condition",
        () -> node.conditions.stream().anyMatch(c -> c.name().equals("Ec2Unreachable")));
    gate.mode(Gate.UP);
    assertThat(assign(1)).isInstanceOf(AddressesAssigned.class);
    Waiting.within(
        "its end", () -> node.conditions.contains(ConditionChanged.over("Ec2Unreachable", "")));
  }

  /** A load balancer or a proxy on the way answers like this. */
  @ParameterizedTest(name = "HTTP {0} without a word of EC2 → {1}")
  @CsvSource({
    "429, THROTTLED",
    "503, UNAVAILABLE",
    "500, OUTCOME_UNKNOWN",
    "403, UNAUTHORIZED",
    "404, PERMANENT",
  })
  void aStatusWithoutACodeIsSortedByItself(int status, FailureKind kind) {
    var gate = node.sim.servers().gate(Servers.Service.EC2);
    gate.mode(new Gate.Mode.Failing(status));
    assertThat(assign(1))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.kind()).isEqualTo(kind);
              assertThat(failed.code()).isEqualTo("Http" + status);
            });
    gate.mode(Gate.UP);
    assertThat(assign(1)).as("healed").isInstanceOf(AddressesAssigned.class);
  }

  @Test
  void whileEc2IsAwayImdsAnswersForItAsAHint() {
    node.fault(Fault.always("DescribeNetworkInterfaces", Fault.refuse("UnauthorizedOperation")));
    assertThat(node.ask(new DescribeAttached()))
        .isInstanceOfSatisfying(
            Ec2Reply.Hinted.class,
            hinted -> {
              assertThat(hinted.enis()).anyMatch(eni -> eni.primary());
              assertThat(hinted.insteadOf())
                  .hasValueSatisfying(
                      why -> assertThat(why.kind()).isEqualTo(FailureKind.UNAUTHORIZED));
            });
  }

  @Test
  void anAddressThatIsGoneAlreadyDoesNotKeepTheOthers() {
    var assigned = ExpectedReplies.assigned(assign(3));
    node.ask(new UnassignAddresses(node.primary(), assigned.subList(0, 1)));
    assertThat(node.ask(new UnassignAddresses(node.primary(), assigned)))
        .isEqualTo(new AddressesUnassigned(node.primary(), assigned));
    var eni = node.cloud.state().primaryEniOf(node.instance).orElseThrow();
    assertThat(eni.addresses()).doesNotContainAnyElementsOf(assigned);
  }

  /** Deadlines, pauses and budgets follow elapsed time. */
  @ParameterizedTest(name = "the wall clock jumps by {0}")
  @ValueSource(strings = {"PT-5H", "PT5H"})
  void aWallClockThatJumpsStopsNoCall(Duration jump) {
    node.describe();
    node.fault(Fault.nth(1, "AssignPrivateIpAddresses", Fault.refuse("RequestLimitExceeded")));
    var ask = new AssignAddresses(node.primary(), AddressKind.SECONDARY_IP, 1);
    assertThat(node.ask(ask)).isInstanceOf(AddressesAssigned.class);
    node.jumpWallClock(jump);
    assertThat(node.ask(ask)).isInstanceOf(AddressesAssigned.class);
    node.jumpWallClock(Duration.ZERO);
    assertThat(node.ask(ask)).isInstanceOf(AddressesAssigned.class);
  }
}
