package io.vpccni.netprog.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.TextFormat;
import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
  private final RequestReader reader =
      new RequestReader(List.of(Path.of("/var/run/netns"), Path.of("/run/netns")));

  @Test
  void aHostIsReadWithAllItsFields() throws Refusal {
    var host =
        ((Request.ApplyHost) reader.read(SampleRequests.applyHost(SampleRequests.host()))).host();

    assertThat(host.ipv6Node()).isFalse();
    assertThat(host.primary().mac()).isEqualTo(Mac.parse("02:00:00:63:53:4c"));
    assertThat(host.primary().ip()).isEqualTo(Ip.parse("10.0.1.10"));
    assertThat(host.primary().otherFamilyIp()).isEmpty();
    assertThat(host.cidrs().vpc()).containsExactly(Cidr.parse("10.0.0.0/16"));
    assertThat(host.cidrs().snatExcluded()).containsExactly(Cidr.parse("192.168.0.0/16"));
    assertThat(host.nat().randomization()).isEqualTo(SnatRandomization.FULLY);
    assertThat(host.podEni()).isEmpty();
    assertThat(host.enis())
        .singleElement()
        .satisfies(eni -> assertThat(eni.routeTable()).isEqualTo(2));
  }

  @Test
  void anIpv6HostKeepsItsIpv4AddressForEgress() throws Refusal {
    var desired =
        SampleRequests.host().toBuilder()
            .clearIpv4()
            .setIpv6(true)
            .setIpv4Egress(true)
            .setPrimaryIpv6("2600:1f13::10")
            .addVpcIpv6Cidrs("2600:1f13::/56")
            .setPodEni(true)
            .clearEnis()
            .build();

    var host = ((Request.ApplyHost) reader.read(SampleRequests.applyHost(desired))).host();

    assertThat(host.primary().ip()).isEqualTo(Ip.parse("2600:1f13::10"));
    assertThat(host.primary().otherFamilyIp()).contains(Ip.parse("10.0.1.10"));
    assertThat(host.egress()).isTrue();
    assertThat(host.podEni()).contains(PodSecurityGroupMode.STRICT);
  }

  @Test
  void aPodIsReadWithAllItsFields() throws Refusal {
    var pod =
        ((Request.Attach) reader.read(SampleRequests.attach(SampleRequests.podWithEgress()))).pod();

    assertThat(pod.netns()).contains("/var/run/netns/cni-1");
    assertThat(pod.interfaces())
        .singleElement()
        .satisfies(one -> assertThat(one.hostVeth()).isEqualTo("enicc21c2d7785"));
    assertThat(pod.egress())
        .hasValueSatisfying(egress -> assertThat(egress.ip()).isEqualTo(Ip.parse("fd00::ac:2")));
    assertThat(pod.branchEni()).isEmpty();
  }

  @Test
  void aPodWithoutItsNamespaceCanBeDetachedAndSyncedButNotAttached() throws Refusal {
    var hostPart =
        SampleRequests.pod().toBuilder()
            .clearNetns()
            .clearMtu()
            .clearPodName()
            .clearPodNamespace()
            .build();
    var detach =
        Envelope.newBuilder().setDetachPod(DetachPod.newBuilder().setPod(hostPart)).build();

    assertThat(((Request.Detach) reader.read(detach)).pod().interfaces()).hasSize(1);
    assertThat(
            ((Request.Sync) reader.read(SampleRequests.sync(SampleRequests.host(), hostPart)))
                .pods())
        .hasSize(1);
    refuses(SampleRequests.attach(hostPart), "pod.netns is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "strict", "standard", "Strict"})
  void everyNetworkPolicyModeIsHandedOnAsItWasTyped(String mode) throws Refusal {
    var desired =
        EnforcePolicy.newBuilder()
            .setPodNamespace("default")
            .setPodName("a")
            .setMode(mode)
            .setInterfaceCount(1);
    var read =
        (Request.EnforcePolicy)
            reader.read(Envelope.newBuilder().setEnforcePolicy(desired).build());

    assertThat(read.mode()).isEqualTo(mode);
  }

  @Test
  void whatIsToGoMayBeKnownLessOf() throws Exception {
    var pod = SampleRequests.pod().toBuilder().clearNetns().clearMtu();
    pod.getInterfacesBuilder(0).setRouteTable(0);
    TextFormat.merge("branch_eni {vlan_id: 7} egress {ip: 'fd00::ac:2'}", pod);

    var going =
        ((Request.Detach)
                reader.read(
                    Envelope.newBuilder().setDetachPod(DetachPod.newBuilder().setPod(pod)).build()))
            .pod();

    assertThat(going.vlanId()).hasValue(7);
    assertThat(going.egress())
        .contains(new DetachedPod.Egress(Ip.parse("fd00::ac:2"), Optional.empty()));
    refuses(
        SampleRequests.sync(SampleRequests.host(), pod.build()),
        "pods[0].branch_eni.mac is not a MAC address");
  }

  @Test
  void anEgressLinkOfAnUnknownNameIsPassedOverWhereItIsNotMade() throws Refusal {
    var pod = SampleRequests.podWithEgress().toBuilder();
    pod.getEgressBuilder().clearHostVeth();

    var synced =
        ((Request.Sync) reader.read(SampleRequests.sync(SampleRequests.host(), pod.build())))
            .pods();

    assertThat(synced).singleElement().matches(state -> state.egress().isEmpty());
    refuses(SampleRequests.attach(pod.build()), "pod.egress.host_veth is not a name");
  }

  private void refuses(Envelope envelope, String message) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> reader.read(envelope))
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID))
        .withMessageContaining(envelope.getBodyCase() + ": " + message);
  }
}
