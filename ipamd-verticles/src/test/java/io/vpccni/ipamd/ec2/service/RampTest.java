package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.Lag;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * These tests show how many calls the API needs, and how many we make: counted by the simulator.
 */
@ExtendWith(VertxExtension.class)
class RampTest {
  /**
   * 3 ENIs × (10 − 1) addresses. The primary ENI is there: 1 Assign. Two more: 2 Create with their
   * addresses, 2 Attach, 2 Modify. The primary bears no tag of ours: 1 CreateTags. Reading: 1 for
   * what is attached, 1 for subnets, 1 for ENIs that a crash orphaned.
   */
  @Test
  void anM5LargeFillsThreeEnisWith1Assign2Create2Attach2Modify1TagAnd3Describes(Vertx vertx) {
    var real =
        CloudSettings.prompt()
            .withRules(Rules.immediate().withAttaching(Duration.ofMillis(200)))
            .withLag(new Lag(Duration.ZERO, Duration.ofMillis(300), Duration.ofMillis(400)));
    try (var node = new LoopbackNode(vertx, "m5.large", real).agent()) {
      assertThat(node.describe()).hasSize(1);
      assertThat(node.ask(new AssignAddresses(node.primary(), AddressKind.SECONDARY_IP, 9)))
          .isInstanceOfSatisfying(
              Ec2Reply.AddressesAssigned.class, done -> assertThat(done.cidrs()).hasSize(9));
      assertThat(node.create(9).cidrs()).hasSize(9);
      var third = node.create(9);
      assertThat(third.cidrs()).hasSize(9);
      assertThat(third.deviceNumber()).isEqualTo(2);
      assertThat(third.subnetCidr()).isPresent();
      assertThat(third.managed()).isTrue();

      Waiting.within("tags and orphaned ENIs", () -> node.counts().containsKey("CreateTags"));
      Waiting.within(
          "every ENI goes with the instance",
          () ->
              node.attached().stream()
                  .allMatch(
                      eni -> eni.attachment().filter(Attachment::deleteOnTermination).isPresent()));
      assertThat(node.attached())
          .hasSize(3)
          .allSatisfy(eni -> assertThat(eni.secondary()).hasSize(9));
      assertThat(node.counts())
          .isEqualTo(
              Map.of(
                  "AssignPrivateIpAddresses", 1L,
                  "CreateNetworkInterface", 2L,
                  "AttachNetworkInterface", 2L,
                  "ModifyNetworkInterfaceAttribute", 2L,
                  "CreateTags", 1L,
                  "DescribeNetworkInterfaces", 2L,
                  "DescribeSubnets", 1L));
      assertThat(node.cloud.log().mutating()).isEqualTo(8);
    }
  }
}
