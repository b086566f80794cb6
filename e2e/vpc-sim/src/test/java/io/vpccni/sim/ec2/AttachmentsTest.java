package io.vpccni.sim.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.EniCall.AttachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.DeleteNetworkInterface;
import io.vpccni.sim.ec2.EniCall.DetachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.EniChange;
import io.vpccni.sim.ec2.EniCall.ModifyNetworkInterfaceAttribute;
import io.vpccni.sim.ec2.SceneCall.TerminateInstances;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Region region =
      new Region(
          CloudSettings.prompt()
              .withRules(
                  Rules.immediate()
                      .withPending(SECOND)
                      .withAttaching(SECOND.multipliedBy(2))
                      .withDetaching(SECOND.multipliedBy(3))));
  private final String subnet = region.subnet(region.vpc("10.0.0.0/16"), "10.0.0.0/24");
  private final String node = region.instance("m5.large", subnet);

  @Test
  void anEniIsPendingThenAvailableThenAttachingThenInUse() {
    var eni = region.eni(subnet, AddressRequest.count(1));
    assertThat(status(eni)).isEqualTo("pending");
    region.passes(SECOND);
    assertThat(status(eni)).isEqualTo("available");
    attach(eni, 1);
    assertThat(status(eni)).isEqualTo("attaching");
    region.passes(SECOND);
    assertThat(region.effects).noneMatch(effect -> isAttach(effect, eni));
    region.passes(SECOND);
    assertThat(status(eni)).isEqualTo("in-use");
    assertThat(region.effects).filteredOn(effect -> isAttach(effect, eni)).hasSize(1);
  }

  @Test
  void aDetachedEniCannotBeDeletedUntilItIsGoneFromTheInstance() {
    var eni = attached(1);
    region.effects.clear();
    detach(eni);
    assertThat(region.effects)
        .containsExactly(new Effect.EniDetached(node, eni.id(), eni.mac(), 1, 0));
    assertThat(status(eni)).isEqualTo("detaching");
    refused("InvalidParameterValue", () -> region.call(new DeleteNetworkInterface(eni.id())));
    region.passes(SECOND.multipliedBy(3));
    region.call(new DeleteNetworkInterface(eni.id()));
    refused("InvalidNetworkInterfaceID.NotFound", () -> region.describe(Query.ids(eni.id())));
    assertThat(region.effects).contains(new Effect.EniDeleted(eni.id()));
  }

  @Test
  void anInstanceTakesNoMoreEnisThanItsTypeAllows() {
    attached(1);
    attached(2);
    var fourth = region.eni(subnet, AddressRequest.NONE);
    refused("AttachmentLimitExceeded", () -> attach(fourth, 3));
  }

  @Test
  void aDeviceIndexIsUsedOnce() {
    attached(1);
    var other = region.eni(subnet, AddressRequest.NONE);
    refused("InvalidParameterValue", () -> attach(other, 1));
  }

  @Test
  void anAttachedEniCannotBeAttachedAgain() {
    var eni = attached(1);
    refused("InvalidNetworkInterface.InUse", () -> attach(eni, 2));
  }

  @Test
  void thePrimaryEniStays() {
    var id = region.primary(node).attachment().orElseThrow().id();
    refused("OperationNotPermitted", () -> region.call(new DetachNetworkInterface(id, false)));
  }

  @Test
  void aStaleAttachmentIdIsToldApart() {
    refused(
        "InvalidAttachmentID.NotFound",
        () -> region.call(new DetachNetworkInterface("eni-attach-0abc", false)));
  }

  @Test
  void anEniWithMoreAddressesThanTheTypeHoldsCannotBeAttached() {
    var eni = region.eni(subnet, AddressRequest.count(14));
    refused("PrivateIpAddressLimitExceeded", () -> attach(eni, 1));
  }

  @Test
  void terminationTakesOnlyTheEnisThatSaySo() {
    var kept = attached(1);
    var gone = attached(2);
    var attachment = attachmentId(gone);
    region.call(
        new ModifyNetworkInterfaceAttribute(
            gone.id(), new EniChange.DeleteOnTermination(attachment, true)));
    region.call(new TerminateInstances(List.of(node)));
    assertThat(region.describe(Query.ALL).items())
        .extracting(view -> view.eni().id())
        .containsExactly(kept.id());
    assertThat(status(kept)).isEqualTo("available");
    assertThat(region.effects).contains(new Effect.InstanceTerminated(node));
  }

  @Test
  void everyAddressIsToldOnceWhenItComesAndOnceWhenItGoes() {
    var eni = region.eni(subnet, AddressRequest.count(3));
    region.call(new DeleteNetworkInterface(eni.id()));
    var mine =
        region.effects.stream().filter(effect -> effect.toString().contains(eni.id())).toList();
    assertThat(mine).filteredOn(Effect.AddressAssigned.class::isInstance).hasSize(4);
    assertThat(mine).filteredOn(Effect.AddressUnassigned.class::isInstance).hasSize(4);
    assertThat(mine.getLast()).isEqualTo(new Effect.EniDeleted(eni.id()));
  }

  private Eni attached(int index) {
    var eni = region.eni(subnet, AddressRequest.NONE);
    attach(eni, index);
    region.passes(SECOND.multipliedBy(2));
    return eni;
  }

  private void attach(Eni eni, int index) {
    region.call(new AttachNetworkInterface(eni.id(), node, index, 0));
  }

  private void detach(Eni eni) {
    region.call(new DetachNetworkInterface(attachmentId(eni), false));
  }

  private String attachmentId(Eni eni) {
    return region.cloud.state().enis().find(eni.id()).flatMap(Eni::attachment).orElseThrow().id();
  }

  private String status(Eni eni) {
    return region.describe(Query.ids(eni.id())).items().getFirst().eni().status(region.now);
  }

  private static boolean isAttach(Effect effect, Eni eni) {
    return effect instanceof Effect.EniAttached attached && attached.eniId().equals(eni.id());
  }

  private static void refused(String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(ApiError.class, error -> assertThat(error.code()).isEqualTo(code));
  }
}
