package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A secondary ENI whose subnet's address block nobody shows cannot be set up on the host. Its
 * addresses are no free addresses, and freeing it for another one would help nobody.
 */
class UnknownBlockTest {
  private static final Optional<Cidr> BLOCK = Optional.of(Cidr.parse("10.0.0.0/16"));

  private final Scenario node = Scenario.m5large();

  /** Fills the primary ENI while no subnet is shown. */
  private void fillPrimaryEni() {
    node.ec2.showsBlocks = false;
    node.starts().pods(9).after(Duration.ofMinutes(5));
  }

  @Test
  void itsAddressesAreNotFree() {
    fillPrimaryEni();
    assertThat(node.asked(CreateEni.class)).isNotEmpty();
    assertThat(node.free()).isZero();
  }

  @Test
  void anAddIsRefusedAtOnceWithTheTrueCause() {
    fillPrimaryEni();
    node.adds("x").refused("x", AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("x"))
        .contains("eni-1 cannot be set up")
        .contains("the address block of its subnet subnet-1 is not known");
    assertThat(node.condition(Condition.Name.NO_ADDRESS_AVAILABLE))
        .hasValueSatisfying(known -> assertThat(known.detail()).contains("subnet-1"));
  }

  @Test
  void noLinkIsBlamed() {
    fillPrimaryEni();
    assertThat(node.condition(Condition.Name.ENI_LINK_MISSING)).isEmpty();
  }

  @Test
  void itIsNotFreedAndMadeAgain() {
    fillPrimaryEni();
    for (int hour = 0; hour < 5; hour++) {
      node.pods(9 + hour % 2).after(Duration.ofHours(1));
    }
    assertThat(node.asked(FreeEni.class)).isEmpty();
    assertThat(node.asked(CreateEni.class)).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void onceImdsShowsTheBlockItServes() {
    fillPrimaryEni();
    node.ec2.showBlocks(BLOCK);
    node.after(Duration.ofMinutes(2)).adds("x");
    assertThat(node.adds.get("x")).isInstanceOf(AssignReply.Granted.class);
    assertThat(node.condition(Condition.Name.NO_ADDRESS_AVAILABLE)).isEmpty();
  }

  /** IMDS has the block, and a subnet never changes it: nobody need wait for EC2 to confirm it. */
  @Test
  void imdsShowsItAlsoWhileEc2IsAway() {
    fillPrimaryEni();
    var file = DurableForm.of(node.state);
    var restarted = Scenario.m5large();
    restarted.ec2.enis.putAll(node.ec2.enis);
    restarted.ec2.showBlocks(BLOCK);
    restarted.ec2.onlyImds = true;
    restarted.starts(file).after(Duration.ofMinutes(10));
    assertThat(restarted.eni("eni-1").linked()).isTrue();
    restarted.adds("x");
    assertThat(restarted.adds.get("x")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void aBlockThatWasShownOnceIsNotForgotten() {
    node.starts().pods(12).settled();
    assertThat(node.eni("eni-1").linked()).isTrue();
    node.ec2.showBlocks(Optional.empty());
    node.described().settled();
    assertThat(node.eni("eni-1").facts().subnetCidr()).isEqualTo(BLOCK);
    node.adds("x");
    assertThat(node.adds.get("x")).isInstanceOf(AssignReply.Granted.class);
  }
}
