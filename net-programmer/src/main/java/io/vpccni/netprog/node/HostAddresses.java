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
import java.util.stream.Stream;

/**
 * Finds the addresses that the host takes packets for. The kernel looks into its local table before
 * any other, so a packet to one of them is the host's even if a route to a pod has the same
 * address.
 */
final class HostAddresses {
  /**
   * Nothing in these blocks can be a pod's. Each host veth has an address and a local route of the
   * last two.
   */
  private static final List<Cidr> NEVER_OF_A_POD =
      Stream.of("127.0.0.0/8", "224.0.0.0/4", "::1/128", "fe80::/10", "ff00::/8")
          .map(Cidr::parse)
          .toList();

  /**
   * A local route to a block makes each of its addresses the host's, as for load balancers. More
   * than this many would not fit into one answer.
   */
  private static final long LARGEST_BLOCK = 4096;

  private HostAddresses() {}

  /**
   * Finds those of all links and those of local routes, without the ENIs' primary addresses. Of a
   * block with more than {@link #LARGEST_BLOCK} addresses, the first ones are listed.
   */
  static List<HostAddress> in(KernelView view, Optional<HostState> host) {
    var found = new LinkedHashMap<Ip, Integer>();
    for (var address : view.addresses()) {
      found.putIfAbsent(address.ip(), address.link());
    }
    for (var route : view.localRoutes()) {
      if (givenBy(route) && mayBeOfAPod(route.to().network())) {
        long size = Math.min(route.to().size(), LARGEST_BLOCK);
        for (long n = 0; n < size; n++) found.putIfAbsent(route.to().address(n), route.link());
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

  /**
   * Tells whether the route alone makes the addresses the host's. The kernel's own local routes
   * belong to addresses of links.
   */
  static boolean givenBy(Route route) {
    return route.table() == Route.LOCAL && route.protocol() != Route.KERNEL;
  }

  static boolean mayBeOfAPod(Ip ip) {
    for (var block : NEVER_OF_A_POD) {
      if (block.contains(ip)) return false;
    }
    return true;
  }
}
