package io.vpccni.ipamd.ec2;

import static io.vpccni.ipamd.ec2.FaultScenario.arises;
import static io.vpccni.ipamd.ec2.FaultScenario.before;
import static io.vpccni.ipamd.ec2.FaultScenario.goesOn;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.FaultScenario.Need;
import io.vpccni.sim.faults.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Addresses that nobody needs, and an EC2 that does not take them back: no reason to get others.
 */
class GiveBackTest {
  @ParameterizedTest(name = "UnassignPrivateIpAddresses answers {0} for ten minutes")
  @ValueSource(
      strings = {
        "RequestLimitExceeded",
        "Unavailable",
        "InternalError",
        "UnauthorizedOperation",
        "InvalidParameterValue"
      })
  void noEniComesAndGoesWhileASurplusCannotBeGivenBack(String code) {
    var node = before(Need.FEWER_ADDRESSES);
    node.fault(Fault.always("UnassignPrivateIpAddresses", Fault.refuse(code)));
    arises(node, Need.FEWER_ADDRESSES);
    goesOn(node);
    assertThat(node.cloud.log().count("CreateNetworkInterface")).isZero();
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
}
