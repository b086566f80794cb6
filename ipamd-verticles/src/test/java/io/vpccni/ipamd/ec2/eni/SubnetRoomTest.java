package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.EniCreated;
import io.vpccni.ipamd.ec2.Ec2Reply.EniFreed;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A new ENI is asked to have no more addresses than its subnet has left. EC2 is asked for that
 * number every ten minutes only, so what our own calls take and give back is reckoned in.
 */
class SubnetRoomTest {
  private static final int FREE = 20;

  private final QuietNode node = new QuietNode();
  private final Ec2RequestHandler service = started();

  private Ec2RequestHandler started() {
    node.ec2.freeIpv4 = FREE;
    return node.started(DefaultSettings.ec2());
  }

  private static CreateEni eniWith(int addresses) {
    return new CreateEni(0, AddressKind.SECONDARY_IP, addresses, Optional.empty());
  }

  /** Returns how many addresses a new ENI is asked to have that should have fifteen. */
  private int ofFifteen() {
    service.create(eniWith(15));
    return node.ec2.wanted.getLast().count();
  }

  @Test
  void whatAnotherNewEniHasTakenIsNotThereAnyMore() {
    service.create(eniWith(9));
    assertThat(ofFifteen()).isEqualTo(FREE - 10 - 1);
  }

  @Test
  void whatAFreedEniHadIsThereAgain() {
    var eni = ExpectedReplies.created(service.create(eniWith(9)).result()).id();
    var freed = service.free(new FreeEni(eni));
    node.time.advance(Duration.ofMinutes(1));
    assertThat(freed.result()).isInstanceOf(EniFreed.class);
    assertThat(ofFifteen()).isEqualTo(15);
  }

  @Test
  void whatAnEniHadThatCouldNotBeAttachedIsThereAgain() {
    node.ec2.refusals.put("AttachNetworkInterface", "AttachmentLimitExceeded");
    assertThat(service.create(eniWith(9)).result()).isInstanceOf(Failed.class);
    node.ec2.refusals.clear();
    assertThat(ofFifteen()).isEqualTo(15);
  }

  @Test
  void whatWasNeverCreatedIsThereAgain() {
    node.ec2.refusals.put("CreateNetworkInterface", "UnauthorizedOperation");
    assertThat(service.create(eniWith(9)).result()).isInstanceOf(Failed.class);
    node.ec2.refusals.clear();
    assertThat(ofFifteen()).isEqualTo(15);
  }

  /** The answer was lost, so the ENI may exist. */
  @Test
  void whatMayHaveBeenCreatedIsTakenUntilItIsDeleted() {
    node.ec2.refusals.put("CreateNetworkInterface", "InternalError");
    assertThat(service.create(eniWith(9)).result()).isInstanceOf(Failed.class);
    node.ec2.refusals.clear();
    node.ec2.put(
        FakeEc2Api.eni(
            "eni-lost",
            new SubnetId("subnet-1"),
            9,
            Map.of(EniTags.INSTANCE, FakeEc2Api.NODE.instance().id())));
    service.create(eniWith(1));
    assertThat(node.ec2.wanted.getLast().count()).isEqualTo(1);
    assertThat(ofFifteen()).isEqualTo(FREE - 10 - 2 - 1);
    node.time.advance(Duration.ofMinutes(2));
    assertThat(node.ec2.calls).contains("DeleteNetworkInterface eni-lost");
    assertThat(ofFifteen()).isEqualTo(FREE - 2 - 8 - 1);
  }

  /** What it had taken is no part of what has been taken since EC2 was asked. */
  @Test
  void aCreationThatFailsAfterANewListGivesNothingBack() {
    node.ec2.refusals.put("CreateNetworkInterface", "UnauthorizedOperation");
    var answer = Promise.<Void>promise();
    node.ec2.createAnswers = Optional.of(answer);
    var late = service.create(eniWith(4));
    node.ec2.createAnswers = Optional.empty();
    node.ec2.refusals.clear();
    node.time.advance(Duration.ofMinutes(11));
    assertThat(service.create(eniWith(9)).result()).isInstanceOf(EniCreated.class);
    answer.complete();
    assertThat(late.result()).isInstanceOf(Failed.class);
    assertThat(ofFifteen()).isEqualTo(FREE - 10 - 1);
  }
}
