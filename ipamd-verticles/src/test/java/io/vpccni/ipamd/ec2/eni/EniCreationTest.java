package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
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
                "i-1",
                false))
        .isEqualTo(new EniCreation.Appearing(attached));
    assertThat(EniCreation.next(new EniCreation.Appearing(attached), new EniCreation.Visible()))
        .isEqualTo(new EniCreation.Ready(attached));
  }

  @Test
  void anIpv6NodeAsksForThePrefixOnceTheEniIsAttached() {
    var eni = FakeEc2Api.eni("eni-2", Map.of());
    var attached = eni.attached(new EniView.Attachment("at", "i-1", 0, 1, "attached", false));
    var prefix = Cidr.parse("2001:db8::/80");
    assertThat(
            EniCreation.next(
                EniCreation.Attaching.first(eni),
                new EniCreation.Attached("at", new Slot(0, 1)),
                "i-1",
                true))
        .isEqualTo(new EniCreation.Prefixing(attached));
    assertThat(
            EniCreation.next(
                new EniCreation.Prefixing(attached), new EniCreation.Assigned(List.of(prefix))))
        .isEqualTo(new EniCreation.Appearing(attached.withPrefixes(List.of(prefix))));
  }
}
