package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.ipamd.eni.EniId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * These tests show what is believed to be attached to the node, and which device index an
 * attachment gets.
 */
class NodeEnisTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final NodeEnis enis = new NodeEnis("i-1");

  private static EniView eni(String id, int device, String status) {
    return FakeEc2Api.eni(id, Map.of())
        .attached(new EniView.Attachment("at-" + id, "i-1", 0, device, status, true));
  }

  @Test
  void theLowestFreeDeviceIndexIsReservedOnce() {
    enis.described(List.of(eni("eni-1", 0, "attached"), eni("eni-2", 3, "attached")), NOW);
    assertThat(enis.reserve(0)).contains(new Slot(0, 1));
    assertThat(enis.reserve(0)).as("the first is reserved").contains(new Slot(0, 2));
    assertThat(enis.reserve(0)).as("3 is attached").contains(new Slot(0, 4));
    assertThat(enis.reserve(1)).as("another card counts for itself").contains(new Slot(1, 0));
    enis.giveBack(new Slot(0, 1));
    assertThat(enis.reserve(0)).contains(new Slot(0, 1));
  }

  @Test
  void aHundredDevicesAreAllThereAre() {
    for (int i = 1; i < 100; i++) {
      assertThat(enis.reserve(0)).contains(new Slot(0, i));
    }
    assertThat(enis.reserve(0)).isEmpty();
  }

  @Test
  void anIndexThatEc2SaysIsTakenIsNotReservedAgain() {
    var slot = enis.reserve(0).orElseThrow();
    enis.take(slot);
    assertThat(enis.reserve(0)).contains(new Slot(0, 2));
  }

  @Test
  void anAttachedEniTakesItsIndexThoughDescribeDoesNotShowItYet() {
    enis.attached(eni("eni-2", 1, "attached"), NOW);
    assertThat(enis.described(List.of(), NOW.plusSeconds(5)))
        .extracting(EniView::id)
        .containsExactly(new EniId("eni-2"));
    assertThat(enis.reserve(0)).contains(new Slot(0, 2));
    assertThat(enis.described(List.of(), NOW.plus(NodeEnis.TRUST).plusSeconds(1))).isEmpty();
  }

  /** Nobody waits for the mark, so it may come while the ENI is still being set up. */
  @Test
  void whatIsMarkedForDeletionStaysSoWhenItsSetupGoesOn() {
    var eni = eni("eni-2", 1, "attached");
    var unmarked = eni.attached(new EniView.Attachment("at-eni-2", "i-1", 0, 1, "attached", false));
    enis.attached(unmarked, NOW);
    enis.update(unmarked.markedForDeletion());
    enis.attached(unmarked.withGroups(List.of("sg-2")), NOW);
    assertThat(enis.of(eni.id())).contains(eni.withGroups(List.of("sg-2")));
    var again = unmarked.attached(new EniView.Attachment("at-2", "i-1", 0, 1, "attached", false));
    enis.attached(again, NOW);
    assertThat(enis.of(eni.id())).as("another attachment is not marked").contains(again);
  }

  @Test
  void theIndexOfADetachedEniIsTakenUntilEc2ShowsItGone() {
    enis.described(List.of(eni("eni-2", 1, "attached")), NOW);
    enis.detached(new EniId("eni-2"), NOW);
    enis.reserve(0).ifPresent(slot -> assertThat(slot).isEqualTo(new Slot(0, 2)));
    assertThat(enis.described(List.of(eni("eni-2", 1, "detaching")), NOW)).isEmpty();
    assertThat(enis.reserve(0)).as("2 is reserved, 1 being detached").contains(new Slot(0, 3));
    enis.described(List.of(), NOW);
    assertThat(enis.reserve(0)).contains(new Slot(0, 1));
  }

  @Test
  void aReservationOutlivesADescribe() {
    enis.reserve(0);
    enis.described(List.of(), NOW);
    assertThat(enis.reserve(0)).contains(new Slot(0, 2));
  }
}
