package io.vpccni.ipamd.dataplane.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.LinkChanged;
import io.vpccni.rpc.wire.netprog.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DesiredStateTest {
  private static final AgentConfig CONFIG =
      AgentConfig.parse(Map.of("ENABLE_IPv4", "true", "AWS_VPC_ENI_MTU", "1500")).config();
  private static final NodeFacts FACTS =
      new NodeFacts(
          new NodeFacts.Instance("i-1", "m5.large", "eu-west-1", "eu-west-1a"),
          new NodeFacts.Vpc("vpc-1", List.of(Cidr.parse("10.0.0.0/16")), List.of()),
          new NodeFacts.Primary(
              new EniId("eni-1"),
              "02:00:00:00:00:01",
              new SubnetId("subnet-1"),
              Optional.of(Ip.parse("10.0.0.4")),
              Optional.empty()));
  private static final AttachedEni SECONDARY =
      new AttachedEni(
          new EniId("eni-2"),
          "02:00:00:00:00:02",
          new AttachedEni.Place(0, 1),
          new SubnetId("subnet-1"),
          Optional.of(Cidr.parse("10.0.0.0/24")),
          Optional.of(Ip.parse("10.0.0.5")),
          List.of(),
          EniKind.ORDINARY,
          new AttachedEni.Standing(false, false, true),
          Map.of());

  private static Holding pod(String name, PodRef pod, List<String> veths) {
    return new Holding(
        new Attachment(name, "eth0", "aws-cni"),
        pod,
        new Wiring("/run/netns/" + name, veths, Wiring.By.PROGRAMMER),
        List.of(new HeldAddress(Ip.parse("10.0.0.20"), 0, new EniId("eni-1"), 1, 0)),
        Optional.empty(),
        Instant.EPOCH);
  }

  @Test
  void withoutTheNodesOwnAddressesNothingIsDesired() {
    assertThat(DesiredState.of(CONFIG, HostInputs.NONE, List.of(), List.of(), List.of())).isEmpty();
  }

  @Test
  void podsOfThePoolAndWithBranchEnisAndPromisedDeletionsAreAllInIt() {
    var ordinary = pod("a", new PodRef("default", "a"), List.of());
    var branch = pod("b", new PodRef("default", "b"), List.of("vlanb"));
    var unknown = pod("c", new PodRef("", ""), List.of());
    var sync =
        DesiredState.of(
                CONFIG,
                HostInputs.NONE.with(FACTS),
                List.of(ordinary, unknown),
                List.of(branch),
                List.of("enigone"))
            .orElseThrow();
    assertThat(sync.getPodsList()).extracting(Pod::getContainerId).containsExactly("a", "b");
    assertThat(sync.getPodsList()).allMatch(pod -> pod.getNetns().isEmpty());
    assertThat(sync.getPodsList()).extracting(Pod::getMtu).containsOnly(1500);
    assertThat(sync.getDeletionsList()).containsExactly("enigone");
    assertThat(sync.getHost().getPrimaryIpv4()).isEqualTo("10.0.0.4");
  }

  @Test
  void theLinkOfAMissingEniMakesTheHostOutdatedAndNoOtherLinkDoes() {
    var inputs =
        HostInputs.NONE
            .with(FACTS)
            .with(List.of(SECONDARY))
            .with(new HostApplied(Map.of(), Set.of(SECONDARY.id()), "nftables"));
    assertThat(inputs.outdatedBy(linkChanged(SECONDARY.mac()))).isTrue();
    assertThat(inputs.outdatedBy(linkChanged("02:00:00:00:00:09"))).isFalse();
    assertThat(inputs.outdatedBy(Envelope.getDefaultInstance())).isFalse();
    var applied = inputs.with(new HostApplied(Map.of(SECONDARY.id(), 2), Set.of(), "nftables"));
    assertThat(applied.outdatedBy(linkChanged(SECONDARY.mac()))).isFalse();
  }

  private static Envelope linkChanged(String mac) {
    return Envelope.newBuilder().setLinkChanged(LinkChanged.newBuilder().setMac(mac)).build();
  }

  @Test
  void otherVpcCidrsChangeAHostThatIsKnown() {
    var changed = new VpcCidrsChanged(List.of(Cidr.parse("10.9.0.0/16")), List.of());
    assertThat(HostInputs.NONE.with(changed)).isEqualTo(HostInputs.NONE);
    assertThat(HostInputs.NONE.with(FACTS).with(changed).host(CONFIG).orElseThrow())
        .satisfies(host -> assertThat(host.getVpcIpv4CidrsList()).containsExactly("10.9.0.0/16"));
  }
}
