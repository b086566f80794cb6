package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel.HostAddress;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the addresses that the host takes packets for. The kernel looks into its local table before
 * any other, so a packet to one of them is the host's even if a route to a pod has the same
 * address.
 */
final class HostAddresses {
  /** Nothing in these blocks can be a pod's, and each host veth has an address of the last one. */
  private static final List<Cidr> NEVER_OF_A_POD =
      List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1/128"), Cidr.parse("fe80::/10"));

  private HostAddresses() {}

  /**
   * Finds those of all links and those of local routes to single addresses, without the ENIs'
   * primary addresses.
   */
  static List<HostAddress> in(KernelView view, Optional<HostState> host) {
    var found = new LinkedHashMap<Ip, Integer>();
    for (var address : view.addresses()) {
      found.putIfAbsent(address.ip(), address.link());
    }
    for (var route : view.localRoutes()) {
      if (route.to().single() && route.protocol() != Route.KERNEL) {
        found.putIfAbsent(route.to().network(), route.link());
      }
    }
    var expected = new HashSet<Ip>();
    host.ifPresent(
        known -> {
          expected.add(known.primary().ip());
          known.primary().otherFamilyIp().ifPresent(expected::add);
          known.enis().forEach(eni -> expected.add(eni.primaryIp()));
        });
    return found.entrySet().stream()
        .filter(entry -> mayBeOfAPod(entry.getKey()) && !expected.contains(entry.getKey()))
        .map(entry -> address(view, entry))
        .toList();
  }

  private static HostAddress address(KernelView view, Map.Entry<Ip, Integer> entry) {
    return new HostAddress(
        entry.getKey(), view.link(entry.getValue()).map(Link::name).orElse("unknown"));
  }

  static boolean mayBeOfAPod(Ip ip) {
    for (var block : NEVER_OF_A_POD) {
      if (block.contains(ip)) return false;
    }
    return true;
  }
}
