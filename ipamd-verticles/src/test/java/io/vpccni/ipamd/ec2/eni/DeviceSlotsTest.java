package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Which device index an attachment gets. */
class DeviceSlotsTest {
  @Test
  void theLowestFreeDeviceIndexIsGivenOutOnce() {
    var slots = new DeviceSlots();
    slots.learn(
        List.of(eni("eni-1", 0, 0, "interface", Map.of()), eni("eni-2", 0, 3, "trunk", Map.of())));
    assertThat(slots.reserve(0)).isEqualTo(OptionalInt.of(1));
    assertThat(slots.reserve(0)).as("the first is reserved").isEqualTo(OptionalInt.of(2));
    assertThat(slots.reserve(0)).as("3 is attached").isEqualTo(OptionalInt.of(4));
    assertThat(slots.reserve(1)).as("another card counts for itself").isEqualTo(OptionalInt.of(0));
    slots.free(new Slot(0, 1));
    assertThat(slots.reserve(0)).isEqualTo(OptionalInt.of(1));
  }

  @Test
  void aHundredDevicesAreAllThereAre() {
    var slots = new DeviceSlots();
    for (int i = 1; i < 100; i++) {
      assertThat(slots.reserve(0)).isEqualTo(OptionalInt.of(i));
    }
    assertThat(slots.reserve(0)).isEmpty();
  }

  private static EniView eni(
      String id, int card, int device, String type, Map<String, String> tags) {
    var eni = FakeEc2Api.eni(id, tags);
    return new EniView(
        eni.id(),
        eni.mac(),
        eni.subnet(),
        type,
        eni.description(),
        Optional.of(new EniView.Attachment("at", "i-1", card, device, "attached", true)),
        eni.ipv4(),
        eni.ipv6(),
        eni.prefixes(),
        eni.groups(),
        eni.tags(),
        eni.tracking());
  }
}
