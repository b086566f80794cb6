package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.EniCreated;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** These tests show what becomes of ENIs that nobody wants, in virtual time. */
class OrphanedEnisTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /** The first sweep comes within five minutes, and the second one five minutes later. */
  private static final Duration TWO_LOOKS = Duration.ofMinutes(11);

  private final QuietNode node = new QuietNode();

  @Test
  void whatADeadNodeLeftIsDeletedWhenItIsOldAndOursBeyondDoubt() {
    var old = node.created(Duration.ofMinutes(10));
    node.ec2.put(FakeEc2Api.eni("eni-old", old));
    node.ec2.put(FakeEc2Api.eni("eni-ageless", Map.of(EniTags.INSTANCE, "i-other")));
    node.ec2.put(
        FakeEc2Api.eni("eni-unreadable", Map.of(EniTags.INSTANCE, "i-o", EniTags.CREATED, "soon")));
    node.ec2.put(described(FakeEc2Api.eni("eni-foreign", old), "somebody else's"));
    node.started(QuietNode.settings(true, false, true));
    node.time.advance(TWO_LOOKS);
    assertThat(node.ec2.enis.keySet())
        .extracting(EniId::value)
        .contains("eni-foreign")
        .doesNotContain("eni-old");
  }

  /** Another node is creating an ENI and attaches it a minute later. */
  @ParameterizedTest(name = "this node\u2019s clock is {0} h ahead, the other one\u2019s {1} h")
  @CsvSource({"5,0", "-5,0", "0,-5", "0,5", "5,-5"})
  void aClockThatIsWrongCostsNoNodeItsNewEni(int here, int there) {
    node.wallClockAhead = Duration.ofHours(here);
    node.started(QuietNode.settings(true, false, true));
    for (int minute = 0; minute < 150; minute++) {
      var id = new EniId("eni-new-" + minute);
      node.ec2.put(FakeEc2Api.eni(id.value(), node.created(Duration.ofHours(-there))));
      node.time.advance(Duration.ofMinutes(1));
      assertThat(node.ec2.enis).as("minute %d", minute).containsKey(id);
      node.ec2.enis.remove(id);
    }
  }

  @ParameterizedTest(name = "this node\u2019s clock is {0} h ahead")
  @ValueSource(ints = {5, -5})
  void aClockThatIsWrongSparesNoLeftover(int here) {
    node.wallClockAhead = Duration.ofHours(here);
    node.ec2.put(FakeEc2Api.eni("eni-old", node.created(Duration.ofMinutes(10))));
    node.started(QuietNode.settings(true, false, true));
    node.time.advance(HOUR.plusMinutes(12));
    assertThat(node.ec2.enis).hasSize(1);
  }

  /** A wrong filter must not empty an account. */
  @Test
  void oneSweepDeletesFiftyAtMost() {
    for (int n = 0; n < 60; n++) {
      node.ec2.put(FakeEc2Api.eni("eni-old-" + n, node.created(Duration.ofMinutes(10))));
    }
    node.started(QuietNode.settings(true, false, true));
    node.time.advance(TWO_LOOKS);
    assertThat(node.ec2.enis).as("the primary, and 10").hasSize(11);
    node.time.advance(HOUR.plusMinutes(6));
    assertThat(node.ec2.enis).hasSize(1);
  }

  @Test
  void whatCannotBeDeletedIsCountedAndTheOthersAreDeletedAllTheSame() {
    node.ec2.put(FakeEc2Api.eni("eni-old", node.created(Duration.ofMinutes(10))));
    node.ec2.refusals.put("DeleteNetworkInterface", "UnauthorizedOperation");
    node.started(QuietNode.settings(true, false, true));
    node.time.advance(TWO_LOOKS);
    assertThat(node.heard.failed)
        .extracting(EniStepFailed::step)
        .containsExactly(EniStepFailed.SWEEP);
    node.ec2.refusals.clear();
    node.time.advance(HOUR.plusMinutes(6));
    assertThat(node.ec2.enis).hasSize(1);
  }

  @Test
  void theSweepSparesTheYoungAndDatesTheUndated() {
    var found =
        List.of(
            FakeEc2Api.eni("eni-dated", node.created(HOUR)),
            FakeEc2Api.eni("eni-undated", Map.of()),
            FakeEc2Api.eni("eni-unreadable", Map.of(EniTags.CREATED, "soon")),
            described(FakeEc2Api.eni("eni-foreign", node.created(HOUR)), "somebody else's"));
    var start = node.time.instant();
    var first = LeakedEnis.NONE.look(found, start);
    assertThat(first.old(found, start)).isEmpty();
    assertThat(first.isAnyYoung(start)).isTrue();
    assertThat(LeakedEnis.undated(found))
        .extracting(OrphanedEnisTest::id)
        .containsExactly("eni-undated", "eni-unreadable");

    var minutesLater = start.plus(Duration.ofMinutes(4));
    assertThat(first.look(found, minutesLater).old(found, minutesLater)).isEmpty();
    var later = start.plus(Duration.ofMinutes(5));
    var second = first.look(found, later);
    assertThat(second.old(found, later))
        .extracting(OrphanedEnisTest::id)
        .containsExactly("eni-dated", "eni-undated", "eni-unreadable");
    assertThat(second.isAnyYoung(later)).isFalse();
  }

  @Test
  void anEniThatWasInUseBetweenTwoLooksBeginsAnew() {
    var found = List.of(FakeEc2Api.eni("eni-back", node.created(HOUR)));
    var start = node.time.instant();
    var later = start.plus(Duration.ofMinutes(5));
    var seen = LeakedEnis.NONE.look(found, start).look(List.of(), later).look(found, later);
    assertThat(seen.old(found, later)).isEmpty();
    assertThat(seen.old(found, later.plus(Duration.ofMinutes(5)))).hasSize(1);
  }

  private static String id(EniView eni) {
    return eni.id().value();
  }

  private static EniView described(EniView eni, String description) {
    return new EniView(
        eni.id(),
        eni.mac(),
        eni.subnet(),
        eni.type(),
        eni.attachment(),
        eni.addresses(),
        new EniView.Labels(description, eni.tags()),
        eni.security());
  }

  @Test
  void theSweepSearchesTheClusterWhereItsNameIsKnown() {
    var d = DefaultSettings.ec2();
    var named =
        new Ec2Settings(
            d.connection(),
            new Ec2Settings.Tagging("prod", Map.of(), true),
            d.networking(),
            d.access());
    assertThat(LeakedEnis.anyNodes(FakeEc2Api.NODE, named))
        .containsEntry("tag:cluster.k8s.amazonaws.com/name", "prod")
        .containsEntry("status", "available")
        .containsEntry("vpc-id", "vpc-1")
        .containsEntry("tag-key", "node.k8s.amazonaws.com/instance_id");
    assertThat(EniTags.wanted(named, "i-1"))
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "node.k8s.amazonaws.com/instance_id", "i-1",
                    "cluster.k8s.amazonaws.com/name", "prod",
                    "eks:eni:owner", "amazon-vpc-cni")));
  }

  @Test
  void deletingIsTriedAgainLaterWhenItFails() {
    var service = node.started(DefaultSettings.ec2());
    var created = ExpectedReplies.created(service.create(QuietNode.NEW_ENI).result()).id();
    node.ec2.refusals.put("DeleteNetworkInterface", "UnauthorizedOperation");
    var freed = service.free(new Ec2Request.FreeEni(created));
    node.time.advance(Duration.ofSeconds(10));
    assertThat(freed.result()).as("it is off the node").isEqualTo(new Ec2Reply.EniFreed(created));
    node.ec2.put(FakeEc2Api.eni(created.value(), Map.of(EniTags.INSTANCE, "i-1")));
    node.ec2.refusals.clear();
    node.time.advance(Duration.ofMinutes(5));
    assertThat(node.ec2.enis).doesNotContainKey(created);
  }

  @ParameterizedTest(name = "sweep {0}")
  @ValueSource(booleans = {true, false})
  void aLeftoverThatALaggingListHidIsFoundWithinFiveMinutes(boolean sweeps) {
    node.started(QuietNode.settings(true, false, sweeps));
    node.ec2.put(
        FakeEc2Api.eni(
            "eni-late", EniTags.ownOfNew(QuietNode.DEFAULTS, "i-1", node.time.instant())));
    node.ec2.put(FakeEc2Api.eni("eni-young", node.created(Duration.ZERO)));
    node.time.advance(Duration.ofMinutes(5));
    assertThat(node.ec2.enis.keySet())
        .as("another node's young one is spared")
        .extracting(EniId::value)
        .containsExactlyInAnyOrder("eni-1", "eni-young");
  }

  @ParameterizedTest(name = "sweep {0}")
  @ValueSource(booleans = {true, false})
  void anEniWhoseCreationIsNotAnsweredYetIsNotTakenForALeftover(boolean sweeps) {
    var service = node.started(QuietNode.settings(true, false, sweeps));
    var answer = Promise.<Void>promise();
    node.ec2.createAnswers = Optional.of(answer);
    var reply = service.create(QuietNode.NEW_ENI);
    node.time.advance(Duration.ofMinutes(6));
    assertThat(node.ec2.enis).containsKey(new EniId("eni-new-1"));
    answer.complete();
    assertThat(reply.result()).isInstanceOf(EniCreated.class);
    node.ec2.put(
        FakeEc2Api.eni(
            "eni-left", EniTags.ownOfNew(QuietNode.DEFAULTS, "i-1", node.time.instant())));
    node.time.advance(Duration.ofMinutes(1));
    assertThat(node.ec2.enis).as("looked for again").doesNotContainKey(new EniId("eni-left"));
  }
}
