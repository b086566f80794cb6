package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.wire.netprog.Host;
import io.vpccni.rpc.wire.netprog.PodSecurityGroupMode;
import io.vpccni.rpc.wire.netprog.SecondaryEni;
import io.vpccni.rpc.wire.netprog.SnatRandomization;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the host part of the desired state out of settings and facts. */
final class DesiredHost {
  private DesiredHost() {}

  static Host of(
      AgentConfig config, NodeFacts facts, List<AttachedEni> enis, Map<EniId, Integer> tables) {
    var host = config.host();
    var desired =
        Host.newBuilder()
            .setIpv4(!config.ipv6())
            .setIpv6(config.ipv6())
            .setPrimaryMac(facts.primary().mac())
            .addAllVpcIpv4Cidrs(texts(facts.vpc().ipv4Cidrs()))
            .addAllVpcIpv6Cidrs(texts(facts.vpc().ipv6Cidrs()))
            .addAllExcludeSnatCidrs(texts(host.snat().excluded()))
            .addAllExternalServiceCidrs(texts(host.externalServiceCidrs()))
            .setExternalSnat(host.snat().external())
            .setNodePort(host.nodePort())
            .setSnatRandomization(
                switch (host.snat().randomness()) {
                  case PRNG -> SnatRandomization.PRNG;
                  case HASH -> SnatRandomization.HASH_RANDOM;
                  case NONE -> SnatRandomization.NONE;
                })
            .setConnmark(host.connmark())
            .setEniMtu(host.eniMtu())
            .setVethPrefix(host.podLinks().vethPrefix())
            .setPodEni(host.securityGroups().podEni())
            .setPodSecurityGroupMode(
                host.securityGroups().strict()
                    ? PodSecurityGroupMode.STRICT
                    : PodSecurityGroupMode.STANDARD)
            .setIpv4Egress(host.egress().ipv4() && facts.primary().ipv4().isPresent())
            .setIpv6Egress(host.egress().ipv6() && facts.primary().ipv6().isPresent());
    facts.primary().ipv4().ifPresent(ip -> desired.setPrimaryIpv4(ip.toString()));
    facts.primary().ipv6().ifPresent(ip -> desired.setPrimaryIpv6(ip.toString()));
    for (var eni : enis) secondary(eni, tables).ifPresent(desired::addEnis);
    return desired.build();
  }

  /**
   * Returns nothing for the primary ENI, which is the host's own, for those that are not ours, and
   * for those whose gateway is not known.
   */
  private static Optional<SecondaryEni> secondary(AttachedEni eni, Map<EniId, Integer> tables) {
    if (eni.primary() || !eni.managed() || eni.kind() == EniKind.EFA_ONLY || !eni.routable()) {
      return Optional.empty();
    }
    return Optional.of(
        SecondaryEni.newBuilder()
            .setEniId(eni.id().value())
            .setMac(eni.mac())
            .setPrimaryIp(eni.primaryIp().orElseThrow().toString())
            .setSubnetCidr(eni.subnetCidr().orElseThrow().toString())
            .setNetworkCard(eni.networkCard())
            .setDeviceNumber(eni.deviceNumber())
            .setRouteTable(tables.getOrDefault(eni.id(), computed(eni)))
            .setTrunk(eni.kind() == EniKind.TRUNK)
            .build());
  }

  /** Computes the reference's number, so that either agent finds the other's routes. */
  private static int computed(AttachedEni eni) {
    return eni.networkCard() == 0
        ? eni.deviceNumber() + 1
        : 10_000 + 100 * eni.networkCard() + eni.deviceNumber();
  }

  private static List<String> texts(List<Cidr> cidrs) {
    return cidrs.stream().map(Cidr::toString).toList();
  }
}
