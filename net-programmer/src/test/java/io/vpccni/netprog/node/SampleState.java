package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Hosts and pods as the agent wishes them. */
final class SampleState {
  private SampleState() {}

  static HostState host(String primaryMac, String primaryIp, SecondaryEni... enis) {
    boolean v6 = primaryIp.contains(":");
    return new HostState(
        v6,
        Mac.parse(primaryMac),
        Ip.parse(primaryIp),
        Optional.empty(),
        List.of(Cidr.parse(v6 ? "2600:1f13:aaa::/56" : "10.0.0.0/16")),
        List.of(),
        List.of(),
        false,
        true,
        SnatRandomization.FULLY,
        0x80,
        9001,
        "eni",
        Optional.empty(),
        false,
        List.of(enis));
  }

  static HostState withPodEni(HostState host, PodSecurityGroupMode mode) {
    return new HostState(
        host.ipv6Node(),
        host.primaryMac(),
        host.primaryIp(),
        host.egressIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        host.externalServiceCidrs(),
        host.externalSnat(),
        host.nodePort(),
        host.snatRandomization(),
        host.connmark(),
        host.eniMtu(),
        host.vethPrefix(),
        Optional.of(mode),
        host.egress(),
        host.enis());
  }

  static HostState withExternalServices(HostState host, String... cidrs) {
    return new HostState(
        host.ipv6Node(),
        host.primaryMac(),
        host.primaryIp(),
        host.egressIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        Arrays.stream(cidrs).map(Cidr::parse).toList(),
        host.externalSnat(),
        host.nodePort(),
        host.snatRandomization(),
        host.connmark(),
        host.eniMtu(),
        host.vethPrefix(),
        host.podEni(),
        host.egress(),
        host.enis());
  }

  static HostState withMark(HostState host, int mark, boolean externalSnat, boolean nodePort) {
    return new HostState(
        host.ipv6Node(),
        host.primaryMac(),
        host.primaryIp(),
        host.egressIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        host.externalServiceCidrs(),
        externalSnat,
        nodePort,
        host.snatRandomization(),
        mark,
        host.eniMtu(),
        host.vethPrefix(),
        host.podEni(),
        host.egress(),
        host.enis());
  }

  static SecondaryEni eni(
      String id, String mac, String ip, String subnet, int card, int device, int table) {
    return new SecondaryEni(
        id, Mac.parse(mac), Ip.parse(ip), Cidr.parse(subnet), card, device, table, false);
  }

  static PodState pod(String name, String netns, String veth, String ip, int table) {
    return pods(name, netns, List.of(new PodInterface("eth0", veth, Ip.parse(ip), table)));
  }

  static PodState pods(String name, String netns, List<PodInterface> interfaces) {
    return new PodState(
        "container-" + name,
        "eth0",
        "default",
        name,
        netns.isEmpty() ? Optional.empty() : Optional.of("/run/netns/" + netns),
        interfaces,
        Optional.empty(),
        Optional.empty(),
        9001);
  }
}
