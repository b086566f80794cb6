package io.vpccni.ipamd.ec2.eni;

import static io.vpccni.ipamd.ec2.eni.FaultScenario.arises;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.before;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.goesOn;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.eni.FaultScenario.Need;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.sim.faults.Fault;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * EniAddresses that nobody needs, and an EC2 that does not take them back: no reason to get others.
 */
class GiveBackTest {
  /** Where it stays unclear for long what EC2 has taken, others take its place: once. */
  @ParameterizedTest(name = "UnassignPrivateIpAddresses answers {0} for ten minutes: {1} ENIs")
  @CsvSource({
    "RequestLimitExceeded, 0",
    "Unavailable, 0",
    "InternalError, 0",
    "UnauthorizedOperation, 0",
    "InvalidParameterValue, 1"
  })
  void noEniComesAndGoesWhileASurplusCannotBeGivenBack(String code, int enis) {
    var node = before(Need.FEWER_ADDRESSES);
    node.fault(Fault.always("UnassignPrivateIpAddresses", Fault.refuse(code)));
    arises(node, Need.FEWER_ADDRESSES);
    goesOn(node);
    assertThat(node.cloud.log().count("CreateNetworkInterface")).isEqualTo(enis);
    assertThat(node.cloud.log().count("AssignPrivateIpAddresses")).isZero();
  }

  @ParameterizedTest(name = "{0} for ten minutes")
  @ValueSource(strings = {"RequestLimitExceeded", "InternalError", "UnauthorizedOperation"})
  void noEniComesWhileAnotherCannotBeFreed(String code) {
    var node = before(Need.FEWER_ENIS);
    node.fault(Fault.always("DetachNetworkInterface", Fault.refuse(code)));
    arises(node, Need.FEWER_ENIS);
    goesOn(node);
    assertThat(node.cloud.log().count("CreateNetworkInterface")).isZero();
  }

  /** A crash leaves it unclear what EC2 has taken; then the permission to ask is gone. */
  @Test
  void whatMayNotBeGivenBackDoesNotKeepThePoolFromGrowing() {
    var node = before(Need.FEWER_ADDRESSES);
    node.fault(Fault.always("UnassignPrivateIpAddresses", new Fault.Kind.Hang()));
    arises(node, Need.FEWER_ADDRESSES);
    node.time.advance(Duration.ofSeconds(35));
    assertThat(node.cloud.log().count("UnassignPrivateIpAddresses")).isPositive();
    node.heal();
    node.fault(Fault.always("UnassignPrivateIpAddresses", Fault.refuse("UnauthorizedOperation")));
    node.start();
    node.pool.targets(new Targets(0, 15, 0, 0));
    node.time.advance(Duration.ofMinutes(6));
    assertThat(node.attached()).as("another ENI").hasSizeGreaterThan(1);
  }
}
