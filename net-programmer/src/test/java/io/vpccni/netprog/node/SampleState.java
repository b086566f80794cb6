package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
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

/** Samples of desired hosts and pods. */
final class SampleState {
  private SampleState() {}

  static HostState host(String primaryMac, String primaryIp, SecondaryEni... enis) {
    boolean v6 = primaryIp.contains(":");
    return new HostState(
        v6,
        new PrimaryEni(Mac.parse(primaryMac), Ip.parse(primaryIp), Optional.empty()),
        new Cidrs(
            List.of(Cidr.parse(v6 ? "2600:1f13:aaa::/56" : "10.0.0.0/16")), List.of(), List.of()),
        new NatSettings(false, true, SnatRandomization.FULLY, 0x80),
        9001,
        "eni",
        Optional.empty(),
        false,
        List.of(enis));
  }

  static HostState withPodEni(HostState host, PodSecurityGroupMode mode) {
    return with(host, host.cidrs(), host.nat(), Optional.of(mode));
  }

  static HostState withExternalServices(HostState host, String... cidrs) {
    var services = Arrays.stream(cidrs).map(Cidr::parse).toList();
    var all = new Cidrs(host.cidrs().vpc(), host.cidrs().snatExcluded(), services);
    return with(host, all, host.nat(), host.podEni());
  }

  static HostState withMark(HostState host, int mark, boolean externalSnat, boolean nodePort) {
    var nat = new NatSettings(externalSnat, nodePort, host.nat().randomization(), mark);
    return with(host, host.cidrs(), nat, host.podEni());
  }

  private static HostState with(
      HostState host, Cidrs cidrs, NatSettings nat, Optional<PodSecurityGroupMode> podEni) {
    return new HostState(
        host.ipv6Node(),
        host.primary(),
        cidrs,
        nat,
        host.eniMtu(),
        host.vethPrefix(),
        podEni,
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

  /** Returns what ipamd knows of a pod after a restart: no network namespace. */
  static PodState asFromACheckpoint(PodState pod) {
    return new PodState(
        pod.containerId(),
        pod.ifName(),
        pod.podNamespace(),
        pod.podName(),
        Optional.empty(),
        pod.interfaces(),
        pod.branchEni(),
        pod.egress(),
        pod.mtu());
  }
}
