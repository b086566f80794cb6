package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The phases through which a new ENI comes to the node. */
class EniCreationTest {
  private static final SubnetId PRIMARY = new SubnetId("subnet-primary");

  @Test
  void aFaultlessCreationGoesThroughItsPhasesInOrder() {
    var eni = FakeEc2Api.eni("eni-2", Map.of());
    var wanted =
        new NewEni(
            "d",
            PRIMARY,
            List.of(),
            AddressKind.SECONDARY_IP,
            1,
            new TreeMap<>(),
            new NewEni.AdditionalTags(Map.of(), Optional.empty()),
            EniView.Tracking.NONE,
            "t");
    assertThat(
            EniCreation.next(
                new EniCreation.Creating(wanted, List.of()), new EniCreation.Created(eni)))
        .isEqualTo(EniCreation.Attaching.first(eni));

    var attached = eni.attached(new EniView.Attachment("at", "i-1", 0, 1, "attached", false));
    assertThat(
            EniCreation.next(
                EniCreation.Attaching.first(eni),
                new EniCreation.Attached("at", new Slot(0, 1)),
                "i-1"))
        .isEqualTo(new EniCreation.Marking(attached));

    var marked = attached.markedForDeletion();
    assertThat(EniCreation.next(new EniCreation.Marking(attached), new EniCreation.Marked(), false))
        .isEqualTo(new EniCreation.Appearing(marked));
    assertThat(EniCreation.next(new EniCreation.Appearing(marked), new EniCreation.Visible()))
        .isEqualTo(new EniCreation.Ready(marked));
  }

  @Test
  void whatCouldNotBeMarkedIsReadyAllTheSameAndKnownToOutliveTheInstance() {
    var eni =
        FakeEc2Api.eni("eni-2", Map.of())
            .attached(new EniView.Attachment("at", "i-1", 0, 1, "attached", false));
    var marking = new EniCreation.Marking(eni);
    var why =
        new Failed(
            "Modify", "UnauthorizedOperation", "", FailureKind.UNAUTHORIZED, Optional.empty());
    assertThat(EniCreation.next(marking, new EniCreation.Marked(), false))
        .isInstanceOfSatisfying(
            EniCreation.Appearing.class,
            next -> assertThat(next.eni().outlivesInstance()).isFalse());
    assertThat(EniCreation.next(marking, new EniCreation.Refused(why), false))
        .isInstanceOfSatisfying(
            EniCreation.Appearing.class,
            next -> assertThat(next.eni().outlivesInstance()).isTrue());
  }
}
