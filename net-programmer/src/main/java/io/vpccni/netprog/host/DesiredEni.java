package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.kernel.DesiredObject;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Computes the links, routes and rules that a secondary ENI needs on the node. It is pure. */
final class DesiredEni {
  static final int FROM_ENI = 32765;

  /** The VPC router has this address in every IPv6 subnet. */
  private static final Ip IPV6_GATEWAY = Ip.parse("fe80:ec2::1");

  private static final int CONNECTED_IPV6_METRIC = 256;

  /**
   * No node has this many ENIs on one card; this bounds the search for a table number of an older
   * version.
   */
  private static final int MOST_ENIS = 64;

  private DesiredEni() {}

  /**
   * Returns the route table in force. On network cards above 0, other software may have chosen one
   * already; a single rule for this ENI's address then decides, whoever made it.
   */
  static int table(SecondaryEni eni, KernelView view) {
    var others = eni.networkCard() == 0 ? List.<Rule>of() : rulesOf(eni, view);
    if (others.isEmpty()) {
      return eni.routeTable();
    }
    if (others.size() == 1) {
      return others.getFirst().table();
    }
    return others.stream()
        .map(Rule::table)
        .filter(table -> legacy(eni, table))
        .findFirst()
        .orElse(eni.routeTable());
  }

  private static List<Rule> rulesOf(SecondaryEni eni, KernelView view) {
    var source = Optional.of(eni.primaryIp());
    return view.ruleList().stream()
        .filter(rule -> rule.from().map(Cidr::network).equals(source))
        .toList();
  }

  /**
   * Tells whether an older version would have computed this table, as device + 1 + card × ENIs per
   * card.
   */
  private static boolean legacy(SecondaryEni eni, int table) {
    int cards = table - eni.deviceNumber() - 1;
    return cards > 0 && cards % eni.networkCard() == 0 && cards / eni.networkCard() <= MOST_ENIS;
  }

  /**
   * Finds addresses that others added to the ENI's link. With them, packets could leave with a
   * source address that is not the ENI's.
   */
  static List<Address> foreignAddresses(SecondaryEni eni, Link link, KernelView view) {
    return view.addresses().stream()
        .filter(address -> address.link() == link.index())
        .filter(address -> address.ip().v6() == eni.primaryIp().v6())
        .filter(address -> address.scope() == Route.UNIVERSE)
        .filter(address -> !address.equals(own(eni, link)))
        .toList();
  }

  private static Address own(SecondaryEni eni, Link link) {
    return new Address(link.index(), eni.primaryIp(), eni.subnet().prefix(), Route.UNIVERSE);
  }

  static List<DesiredObject> of(SecondaryEni eni, Link link, int mtu, KernelView view) {
    int index = link.index();
    int table = table(eni, view);
    boolean v6 = eni.primaryIp().v6();
    var gateway = v6 ? IPV6_GATEWAY : eni.subnet().address(1);
    var all = Cidr.parse(v6 ? "::/0" : "0.0.0.0/0");
    var desired = new ArrayList<DesiredObject>();
    desired.add(new DesiredObject.LinkMtu(index, link.name(), mtu));
    desired.add(new DesiredObject.LinkUp(index, link.name()));
    desired.add(new DesiredObject.AddressPresent(own(eni, link)));
    desired.add(new DesiredObject.RouteAbsent(connected(eni, index)));
    desired.add(new DesiredObject.RoutePresent(Route.onLink(gateway.asCidr(), index, table)));
    desired.add(new DesiredObject.RoutePresent(Route.through(all, gateway, index, table)));
    rule(eni, table, view).ifPresent(rule -> desired.add(new DesiredObject.RulePresent(rule)));
    return desired;
  }

  /**
   * Returns the rule that sends packets from the ENI's primary address to its table. It is empty
   * for a trunk, which needs none, and if other software already manages such a rule.
   */
  static Optional<Rule> rule(SecondaryEni eni, int table, KernelView view) {
    var own = Rule.from(FROM_ENI, eni.primaryIp().asCidr(), table);
    boolean others =
        eni.networkCard() > 0 && rulesOf(eni, view).stream().anyMatch(rule -> !rule.equals(own));
    return eni.trunk() || others ? Optional.empty() : Optional.of(own);
  }

  /**
   * Describes the connected route that the kernel adds with the address. It has to go, because the
   * subnet must stay reachable through the primary ENI.
   */
  private static Route connected(SecondaryEni eni, int link) {
    return eni.subnet().v6()
        ? new Route(
            eni.subnet(),
            Optional.empty(),
            link,
            Route.MAIN,
            Route.UNIVERSE,
            Route.KERNEL,
            CONNECTED_IPV6_METRIC,
            Optional.empty(),
            false)
        : Route.onLink(eni.subnet(), link, Route.MAIN).withSource(eni.primaryIp());
  }
}
