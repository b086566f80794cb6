package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.EniCreated;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tags of the operator that EC2 does not take must not stop the node from growing. */
class AdditionalTagsTest {
  private static final String CONDITION = "AdditionalTagsRefused";

  private final QuietNode node = new QuietNode();
  private final Ec2RequestHandler service =
      node.started(QuietNode.withTags(Map.of("team", "network")));

  private List<Boolean> told() {
    return node.heard.conditions.stream()
        .filter(change -> change.name().equals(CONDITION))
        .map(change -> change.raised())
        .toList();
  }

  @Test
  void anEniIsCreatedWithTheTags() {
    var made = service.create(QuietNode.NEW_ENI).result();
    assertThat(made).isInstanceOf(EniCreated.class);
    assertThat(node.ec2.enis.get(new EniId("eni-new-1")).tags()).containsEntry("team", "network");
    assertThat(told()).isEmpty();
  }

  @Test
  void anEniThatIsRefusedForThemIsCreatedWithoutAndAConditionSaysSo() {
    node.ec2.refusedTag = "team";
    assertThat(service.create(QuietNode.NEW_ENI).result()).isInstanceOf(EniCreated.class);
    assertThat(node.ec2.enis.get(new EniId("eni-new-1")).tags())
        .doesNotContainKey("team")
        .containsEntry(EniTags.INSTANCE, "i-1");
    assertThat(node.ec2.wanted).extracting(ask -> ask.token()).doesNotHaveDuplicates();
    assertThat(told()).containsExactly(true);
    node.ec2.refusedTag = "";
    service.create(QuietNode.NEW_ENI);
    assertThat(told()).containsExactly(true, false);
  }

  @Test
  void aRefusalForAnotherReasonIsNotBlamedOnThem() {
    node.ec2.refusals.put("CreateNetworkInterface", "InvalidSubnetID.NotFound");
    assertThat(service.create(QuietNode.NEW_ENI).result())
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.code()).isEqualTo("InvalidSubnetID.NotFound"));
    assertThat(node.ec2.wanted).as("with the tags, and without").hasSize(2);
    assertThat(told()).isEmpty();
  }

  @Test
  void ourOwnTagsAreWrittenThoughTheOperatorsAreRefused() {
    node.ec2.refusedTag = "team";
    var bare = node.ec2.primary().withTags(Map.of());
    node.ec2.put(bare);
    node.started(QuietNode.withTags(Map.of("team", "network")));
    node.time.advance(Duration.ofMinutes(1));
    assertThat(node.ec2.primary().tags()).containsEntry(EniTags.INSTANCE, "i-1");
  }
}
