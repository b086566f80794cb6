package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.AddressesUnassigned;
import io.vpccni.ipamd.ec2.Ec2Reply.EniFreed;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What others own is never taken from them, whatever the pool believes: a checkpoint that came with
 * an image or a snapshot names the ENIs of another instance.
 */
class OwnershipTest {
  private static final EniId OTHER = new EniId("eni-other");
  private static final Cidr ADDRESS = Cidr.parse("10.0.0.77/32");

  private final QuietNode node = new QuietNode();
  private final Ec2RequestHandler service = node.started(QuietNode.DEFAULTS);

  private void isThere(String instance, String taggedFor) {
    node.ec2.put(
        FakeEc2Api.eni(OTHER.value(), Map.of(EniTags.INSTANCE, taggedFor))
            .attached(new EniView.Attachment("at-other", instance, 0, 1, "attached", true)));
    node.ec2.calls.clear();
  }

  private List<String> changes() {
    return node.ec2.calls.stream()
        .filter(call -> call.matches("(Detach|Delete|Unassign).*"))
        .toList();
  }

  @Test
  void anEniOfAnotherInstanceIsNeitherDetachedNorDeleted() {
    isThere("i-other", "i-other");
    var freed = service.free(new FreeEni(OTHER));
    node.time.advance(Duration.ofMinutes(10));
    assertThat(changes()).isEmpty();
    assertThat(freed.result()).as("it is not on this node").isEqualTo(new EniFreed(OTHER));
  }

  @Test
  void anEniThatMovedToAnotherInstanceSinceItWasDescribedIsLeftAlone() {
    isThere("i-1", "i-1");
    service.describe();
    isThere("i-other", "i-1");
    service.free(new FreeEni(OTHER));
    node.time.advance(Duration.ofMinutes(10));
    assertThat(changes()).isEmpty();
  }

  @Test
  void anEniWithoutOurTagIsNotFreed() {
    isThere("i-1", "i-other");
    var freed = service.free(new FreeEni(OTHER));
    node.time.advance(Duration.ofMinutes(10));
    assertThat(changes()).isEmpty();
    assertThat(freed.result())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.code()).isEqualTo("NotOurs"));
  }

  @Test
  void anUnattachedEniWithoutOurTagIsNotDeleted() {
    node.ec2.put(FakeEc2Api.eni(OTHER.value(), Map.of(EniTags.INSTANCE, "i-other")));
    node.ec2.calls.clear();
    var freed = service.free(new FreeEni(OTHER));
    // The sweep for what dead nodes left deletes it no earlier than five minutes later.
    node.time.advance(Duration.ofMinutes(4));
    assertThat(changes()).isEmpty();
    assertThat(freed.result()).isEqualTo(new EniFreed(OTHER));
  }

  @Test
  void anEniOfOursIsFreed() {
    isThere("i-1", "i-1");
    var freed = service.free(new FreeEni(OTHER));
    node.time.advance(Duration.ofMinutes(10));
    assertThat(changes())
        .containsExactly("DetachNetworkInterface at-other", "DeleteNetworkInterface eni-other");
    assertThat(freed.result()).isEqualTo(new EniFreed(OTHER));
  }

  @Test
  void addressesOfAnotherInstancesEniStayThere() {
    isThere("i-other", "i-other");
    var reply = service.unassign(new UnassignAddresses(OTHER, List.of(ADDRESS)));
    assertThat(changes()).isEmpty();
    assertThat(reply.result())
        .as("this node no longer has them")
        .isEqualTo(new AddressesUnassigned(OTHER, List.of(ADDRESS)));
  }
}
