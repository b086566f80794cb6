package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * These tests show what happens by itself to attached ENIs, and what is never done, in virtual
 * time.
 */
class EniMaintenanceTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final QuietNode node = new QuietNode();

  /**
   * The first run of the sweep comes within 300 s of the start, the next 1 h to 1 h 5 min later.
   */
  @Test
  void anIdleDayHasOneDescribePerHourAndNothingElse() {
    node.started(DefaultSettings.ec2());
    node.time.advance(Duration.ofMinutes(10));
    node.ec2.calls.clear();
    node.time.advance(Duration.ofHours(24));
    assertThat(node.ec2.calls)
        .hasSizeBetween(22, 24)
        .containsOnly("DescribeNetworkInterfaces tag-key,status,vpc-id");
  }

  @Test
  void anIdleHourWithoutTheSweepHasNoCallAtAll() {
    node.started(QuietNode.settings(true, false, false));
    node.time.advance(Duration.ofMinutes(10));
    node.ec2.calls.clear();
    node.time.advance(HOUR);
    assertThat(node.ec2.calls).isEmpty();
  }

  @Test
  void aStartAsksThreeTimes() {
    node.started(DefaultSettings.ec2());
    assertThat(node.ec2.calls)
        .containsExactlyInAnyOrder(
            "DescribeNetworkInterfaces attachment.instance-id",
            "DescribeSubnets vpc-1",
            "DescribeNetworkInterfaces tag:node.k8s.amazonaws.com/instance_id,status");
  }

  @Test
  void imdsOnlyModeNeverCallsEc2() {
    var service = node.service(QuietNode.settings(true, true, true));
    assertThat(service.describe().result())
        .isInstanceOfSatisfying(
            Ec2Reply.Hinted.class,
            hinted -> {
              assertThat(hinted.enis()).hasSize(1);
              assertThat(hinted.insteadOf()).isEmpty();
            });
    assertThat(service.create(QuietNode.NEW_ENI).result())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("ImdsOnlyMode"));
    node.time.advance(HOUR.multipliedBy(3));
    assertThat(node.ec2.calls).isEmpty();
  }

  @Test
  void withProvisioningOffEc2IsOnlyRead() {
    var service = node.started(QuietNode.settings(false, false, true));
    assertThat(
            service
                .assign(new AssignAddresses(new EniId("eni-1"), AddressKind.SECONDARY_IP, 1))
                .result())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("ProvisioningDisabled"));
    node.ec2.groups = List.of("sg-2");
    node.time.advance(HOUR.multipliedBy(3));
    assertThat(node.ec2.calls).allMatch(call -> call.startsWith("Describe")).hasSize(2);
  }

  @Test
  void missingTagsAreAddedOnceAndOnlyThose() {
    node.ec2.put(node.ec2.primary().withTags(Map.of("mine", "x")));
    var service = node.started(DefaultSettings.ec2());
    node.time.advance(Duration.ofMinutes(2));
    service.describe();
    assertThat(node.ec2.calls)
        .filteredOn(call -> call.startsWith("CreateTags"))
        .containsExactly("CreateTags eni-1 [node.k8s.amazonaws.com/instance_id]");
  }

  @Test
  void anEniThatMustNotBeManagedIsLeftAlone() {
    node.ec2.put(
        FakeEc2Api.eni("eni-9", Map.of(EniTags.NO_MANAGE, "true"))
            .attached(new EniView.Attachment("at-9", "i-1", 0, 4, "attached", false))
            .withGroups(List.of("sg-9")));
    var service = node.started(DefaultSettings.ec2());
    node.time.advance(HOUR);
    assertThat(node.ec2.calls).noneMatch(call -> call.contains("eni-9"));
    assertThat(ExpectedReplies.described(service.describe().result()))
        .filteredOn(eni -> eni.id().value().equals("eni-9"))
        .singleElement()
        .satisfies(eni -> assertThat(eni.managed()).isFalse());
  }

  @Test
  void changedSecurityGroupsAreAppliedOnceAndRetriedSlowlyAfterAFailure() {
    node.started(DefaultSettings.ec2());
    node.ec2.calls.clear();
    node.ec2.groups = List.of("sg-1", "sg-2");
    node.ec2.refusals.put("ModifyNetworkInterfaceAttribute", "UnauthorizedOperation");
    node.time.advance(Duration.ofMinutes(10));
    assertThat(modifications()).as("1, 2, 4 minutes apart, not each 30 s").isBetween(3L, 4L);
    node.ec2.refusals.clear();
    node.time.advance(Duration.ofMinutes(10));
    long healed = modifications();
    node.time.advance(Duration.ofMinutes(50));
    assertThat(modifications()).isEqualTo(healed);
    assertThat(node.ec2.primary().groups()).containsExactly("sg-1", "sg-2");
  }

  private long modifications() {
    return node.ec2.calls.stream().filter(call -> call.startsWith("Modify")).count();
  }
}
