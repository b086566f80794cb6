package io.vpccni.ipamd.dataplane.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DesiredPodTest {
  private static Holding holding(Wiring wiring, String... ips) {
    return new Holding(
        new Attachment("containerId-123", "eth0", "aws-cni"),
        new PodRef("default", "sample-pod"),
        wiring,
        List.of(ips).stream()
            .map(ip -> new HeldAddress(Ip.parse(ip), 0, new EniId("eni-1"), 1, 2))
            .toList(),
        Optional.of(Ip.parse("fd00::ac:2")),
        Instant.EPOCH);
  }

  private static Wiring by(Wiring.By by) {
    return new Wiring("/run/netns/x", List.of(), by);
  }

  @Test
  void hostVethsFollowFromThePodAndTheEgressLinkFromTheAttachment() {
    var pod = DesiredPod.whole(holding(by(Wiring.By.PROGRAMMER), "10.0.1.20"), "eni", 9001);

    assertThat(pod.getInterfaces(0).getHostVeth()).isEqualTo("enicc21c2d7785");
    assertThat(pod.getEgress().getIp()).isEqualTo("fd00::ac:2");
    assertThat(pod.getEgress().getHostVeth()).matches("veth[0-9a-f]{8}");
    assertThat(DesiredPod.hostPart(holding(by(Wiring.By.PROGRAMMER), "10.0.1.20"), "eni", 9001))
        .isEqualTo(pod.toBuilder().clearNetns().build());
  }

  @Test
  void whatAPluginMadeHasAnEgressLinkWithANameByChance() {
    var pod = DesiredPod.hostPart(holding(by(Wiring.By.PLUGIN), "10.0.1.20"), "eni", 9001);

    assertThat(pod.getEgress().getIp()).isEqualTo("fd00::ac:2");
    assertThat(pod.getEgress().getHostVeth()).isEmpty();
  }

  @Test
  void furtherInterfacesAreNamedByTheirIndex() {
    var pod =
        DesiredPod.whole(holding(by(Wiring.By.PROGRAMMER), "10.0.1.102", "10.0.9.40"), "eni", 9001);

    assertThat(pod.getInterfacesList())
        .extracting(one -> one.getIfName() + " " + one.getIp())
        .containsExactly("eth0 10.0.1.102", "mNicIf1 10.0.9.40");
    assertThat(pod.getInterfaces(1).getHostVeth()).isNotEqualTo(pod.getInterfaces(0).getHostVeth());
  }
}
