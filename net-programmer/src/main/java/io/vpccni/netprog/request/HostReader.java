package io.vpccni.netprog.request;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.link.VethPrefix;
import io.vpccni.rpc.wire.netprog.Host;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Validates the part of a request that describes the host. */
final class HostReader {
  /** EC2 allows 5 CIDRs per VPC by default and some tens on request; peered networks add theirs. */
  private static final int MOST_CIDRS = 1000;

  /** The largest known instances have 17 cards with 15 ENIs each; this is about twice as many. */
  private static final int MOST_ENIS = 512;

  private HostReader() {}

  static HostState read(Field at, Host host) {
    if (host.getIpv4() == host.getIpv6())
      throw at.invalid("must have exactly one of ipv4 and ipv6");
    boolean v6 = host.getIpv6();
    if (host.getIpv4Egress() && !v6) throw at.in("ipv4_egress").invalid("is for IPv6 nodes");
    if (host.getIpv6Egress() && v6) throw at.in("ipv6_egress").invalid("is for IPv4 nodes");
    var state = read(at, host, v6);
    separate(at.in("enis"), state);
    return state;
  }

  /**
   * Refuses a secondary ENI with the primary one's MAC or address, which would take the node's own
   * address and routes away.
   */
  private static void separate(Field at, HostState state) {
    var macs = new HashSet<>(Set.of(state.primary().mac()));
    var ips = new HashSet<>(Set.of(state.primary().ip()));
    for (int i = 0; i < state.enis().size(); i++) {
      var eni = state.enis().get(i);
      if (!macs.add(eni.mac()))
        throw at.at(i).in("mac").invalid("is another ENI's too: " + eni.mac());
      if (!ips.add(eni.primaryIp()))
        throw at.at(i).in("primary_ip").invalid("is another ENI's too: " + eni.primaryIp());
      if (!eni.subnet().contains(eni.primaryIp()))
        throw at.at(i).in("subnet_cidr").invalid("does not contain " + eni.primaryIp());
    }
  }

  private static HostState read(Field at, Host host, boolean v6) {
    return new HostState(
        v6,
        new PrimaryEni(
            at.in("primary_mac").mac(host.getPrimaryMac()),
            v6
                ? at.in("primary_ipv6").ip(host.getPrimaryIpv6(), true)
                : at.in("primary_ipv4").ip(host.getPrimaryIpv4(), false),
            v6
                ? at.in("primary_ipv4").optionalIp(host.getPrimaryIpv4(), false)
                : at.in("primary_ipv6").optionalIp(host.getPrimaryIpv6(), true)),
        new Cidrs(
            v6
                ? cidrs(at.in("vpc_ipv6_cidrs"), host.getVpcIpv6CidrsList(), true)
                : cidrs(at.in("vpc_ipv4_cidrs"), host.getVpcIpv4CidrsList(), false),
            cidrs(at.in("exclude_snat_cidrs"), host.getExcludeSnatCidrsList(), false),
            cidrs(at.in("external_service_cidrs"), host.getExternalServiceCidrsList(), false)),
        new NatSettings(
            host.getExternalSnat(),
            host.getNodePort(),
            randomization(at.in("snat_randomization"), host),
            connmark(at.in("connmark"), host.getConnmark())),
        at.in("eni_mtu").between(host.getEniMtu(), 576, 9001),
        vethPrefix(at.in("veth_prefix"), host.getVethPrefix()),
        host.getPodEni()
            ? Optional.of(mode(at.in("pod_security_group_mode"), host.getPodSecurityGroupMode()))
            : Optional.empty(),
        v6 ? host.getIpv4Egress() : host.getIpv6Egress(),
        enis(at.in("enis"), host.getEnisList(), v6));
  }

  static PodSecurityGroupMode mode(Field at, io.vpccni.rpc.wire.netprog.PodSecurityGroupMode mode) {
    return switch (mode) {
      case STRICT -> PodSecurityGroupMode.STRICT;
      case STANDARD -> PodSecurityGroupMode.STANDARD;
      case UNRECOGNIZED -> throw at.invalid("is not a known value");
    };
  }

  /**
   * Refuses the kernel's own tables (local 255, default 253); changing them would take the node off
   * the network.
   */
  static int routeTable(Field at, int table) {
    at.between(table, 1, 65_535);
    if (table == 253 || table == 255) throw at.invalid("is " + table + ", a table of the kernel");
    return table;
  }

  private static SnatRandomization randomization(Field at, Host host) {
    return switch (host.getSnatRandomization()) {
      case PRNG -> SnatRandomization.FULLY;
      case HASH_RANDOM -> SnatRandomization.HASH;
      case NONE -> SnatRandomization.NONE;
      case UNRECOGNIZED -> throw at.invalid("is not a known value");
    };
  }

  private static int connmark(Field at, int mark) {
    if (mark == 0) throw at.invalid("is 0, which marks nothing");
    return mark;
  }

  /** An empty prefix would make every link a pod's. */
  private static String vethPrefix(Field at, String prefix) {
    VethPrefix.problem(prefix)
        .ifPresent(
            wrong -> {
              throw at.invalid(wrong + ": " + Invalid.shown(prefix));
            });
    return prefix;
  }

  private static List<Cidr> cidrs(Field at, List<String> texts, boolean v6) {
    at.atMost(MOST_CIDRS, texts);
    var cidrs = new ArrayList<Cidr>(texts.size());
    for (int i = 0; i < texts.size(); i++) cidrs.add(at.at(i).cidr(texts.get(i), v6));
    return cidrs;
  }

  private static List<SecondaryEni> enis(
      Field at, List<io.vpccni.rpc.wire.netprog.SecondaryEni> desired, boolean v6) {
    at.atMost(MOST_ENIS, desired);
    var enis = new ArrayList<SecondaryEni>(desired.size());
    for (int i = 0; i < desired.size(); i++) enis.add(eni(at.at(i), desired.get(i), v6));
    return enis;
  }

  private static SecondaryEni eni(
      Field at, io.vpccni.rpc.wire.netprog.SecondaryEni eni, boolean v6) {
    if (!eni.getEniId().matches("eni-[0-9a-zA-Z-]{1,60}")) {
      throw at.in("eni_id").invalid("is not an ENI id: " + Invalid.shown(eni.getEniId()));
    }
    int table = routeTable(at.in("route_table"), eni.getRouteTable());
    if (table == 254)
      throw at.in("route_table").invalid("is 254, the main table, which is the primary ENI's");
    return new SecondaryEni(
        eni.getEniId(),
        at.in("mac").mac(eni.getMac()),
        at.in("primary_ip").podIp(eni.getPrimaryIp(), v6),
        at.in("subnet_cidr").cidr(eni.getSubnetCidr(), v6),
        at.in("network_card").between(eni.getNetworkCard(), 0, 99),
        at.in("device_number").between(eni.getDeviceNumber(), 0, 99),
        table,
        eni.getTrunk());
  }
}
