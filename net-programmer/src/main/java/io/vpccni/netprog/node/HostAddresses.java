package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel.HostAddress;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the addresses that the host takes packets for. The kernel looks into its local table before
 * any other, so a packet to one of them is the host's even if a route to a pod has the same
 * address.
 */
final class HostAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);

  /**
   * Nothing in these blocks can be a pod's. Each host veth has an address and a local route of the
   * last two.
   */
  private static final List<Cidr> NEVER_OF_A_POD =
      Stream.of("127.0.0.0/8", "224.0.0.0/4", "::1/128", "fe80::/10", "ff00::/8")
          .map(Cidr::parse)
          .toList();

  /**
   * One answer holds at most this many, which take 1.4 MB of the frame's 4 MiB: each has at most 43
   * characters of address and 15 of a link's name. Load balancers have thousands.
   */
  static final int MOST = 20_000;

  /** Says that the last list was cut, so that this is told once and not with each list. */
  private boolean cut;

  /**
   * Finds those of all links and those of local routes, without the ENIs' primary addresses. A
   * block is listed as such, since it may have more addresses than anybody could list. Of more than
   * {@link #MOST}, those that overlap the VPC come first.
   */
  List<HostAddress> in(KernelView view, Optional<HostState> host) {
    var found = new LinkedHashMap<Cidr, Integer>();
    for (var address : view.addresses()) {
      found.putIfAbsent(address.ip().asCidr(), address.link());
    }
    for (var route : view.localRoutes()) {
      if (givenBy(route)) found.putIfAbsent(route.to(), route.link());
    }
    found.keySet().removeIf(cidr -> !mayBeOfAPod(cidr));
    host.ifPresent(known -> found.keySet().removeAll(expected(known)));
    tell(found.size());
    return first(List.copyOf(found.entrySet()), host).stream()
        .map(entry -> address(view, entry))
        .toList();
  }

  private static Set<Cidr> expected(HostState host) {
    var expected = new HashSet<Cidr>();
    expected.add(host.primary().ip().asCidr());
    host.primary().otherFamilyIp().ifPresent(ip -> expected.add(ip.asCidr()));
    host.enis().forEach(eni -> expected.add(eni.primaryIp().asCidr()));
    return expected;
  }

  private void tell(int addresses) {
    boolean before = cut;
    cut = addresses > MOST;
    if (cut && !before) {
      LOG.atWarn()
          .addKeyValue("addresses", addresses)
          .addKeyValue("listed", MOST)
          .log(
              "The host has more addresses than can be listed, so a pod may get one of the others");
    } else if (before && !cut) {
      LOG.atInfo().addKeyValue("addresses", addresses).log("All the host's addresses are listed");
    }
  }

  private static List<Map.Entry<Cidr, Integer>> first(
      List<Map.Entry<Cidr, Integer>> found, Optional<HostState> host) {
    if (found.size() <= MOST) return found;
    var vpc = new ArrayList<Cidr>();
    host.ifPresent(
        known -> {
          vpc.addAll(known.cidrs().vpc());
          known.enis().forEach(eni -> vpc.add(eni.subnet()));
        });
    return found.stream()
        .sorted(Comparator.comparing(entry -> !overlaps(entry.getKey(), vpc)))
        .limit(MOST)
        .toList();
  }

  private static boolean overlaps(Cidr cidr, List<Cidr> blocks) {
    for (var block : blocks) {
      if (block.contains(cidr) || cidr.contains(block)) return true;
    }
    return false;
  }

  private static HostAddress address(KernelView view, Map.Entry<Cidr, Integer> entry) {
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

  static boolean mayBeOfAPod(Cidr cidr) {
    for (var block : NEVER_OF_A_POD) {
      if (block.contains(cidr)) return false;
    }
    return true;
  }
}
