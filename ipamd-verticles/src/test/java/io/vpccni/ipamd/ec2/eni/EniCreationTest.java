package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.ArrayList;
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
    EniCreation.Phase phase = new EniCreation.Creating(wanted, List.of());
    var outcomes =
        List.of(
            new EniCreation.Created(eni),
            new EniCreation.Attached("at", new Slot(0, 1)),
            new EniCreation.Done(),
            new EniCreation.Done());
    var names = new ArrayList<String>();
    for (var outcome : outcomes) {
      phase = EniCreation.next((EniCreation.Step) phase, outcome, "i-1", false);
      names.add(phase.getClass().getSimpleName());
    }
    assertThat(names).containsExactly("Attaching", "Marking", "Appearing", "Ready");
    assertThat(((EniCreation.Ready) phase).eni().id()).isEqualTo(new EniId("eni-2"));
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
    assertThat(EniCreation.next(marking, new EniCreation.Done(), "i-1", false))
        .isInstanceOfSatisfying(
            EniCreation.Appearing.class,
            next -> assertThat(next.eni().outlivesInstance()).isFalse());
    assertThat(EniCreation.next(marking, new EniCreation.Refused(why), "i-1", false))
        .isInstanceOfSatisfying(
            EniCreation.Appearing.class,
            next -> assertThat(next.eni().outlivesInstance()).isTrue());
  }
}
