package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.kernel.DesiredObject;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Neighbour;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.pod.VethPair.Made;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Computes what a pod's own namespace needs, in an order in which it can be made. It is pure. */
final class PodSide {
  /** The first interface has this gateway; those of further interfaces count up from it. */
  private static final Ip IPV4_GATEWAY = Ip.parse("169.254.1.1");

  private static final Ip IPV6_GATEWAY = Ip.parse("fe80::1");

  private static final Cidr ALL_IPV4 = Cidr.parse("0.0.0.0/0");
  private static final Cidr ALL_IPV6 = Cidr.parse("::/0");

  /** A container runtime asks for this interface, whatever else the pod gets. */
  private static final String FIRST_INTERFACE = "eth0";

  /** The tables of secondary interfaces are this and the index of their link. */
  private static final int SECONDARY_TABLES = 1000;

  private PodSide() {}

  /** Says whose interface a pod's main table leads to. */
  enum Role {
    /** This is the pod's only network, or its first: the default route is ours. */
    PRIMARY,
    /** This is a further network beside that of another attachment, which has the default route. */
    SECONDARY
  }

  /**
   * Tells the role of an attachment. A runtime's own ADD is for eth0. Any other interface is a
   * further one if the pod has a default route already that does not lead over our links: whoever
   * made it keeps it.
   *
   * @param routes the routes in the pod
   */
  static Role role(PodState pod, List<Made> pairs, Collection<Route> routes) {
    boolean v6 = pod.interfaces().getFirst().ip().v6();
    boolean others =
        routes.stream()
            .filter(route -> route.table() == Route.MAIN && route.to().equals(all(v6)))
            .anyMatch(route -> pairs.stream().noneMatch(made -> made.inPod() == route.link()));
    return others && !isFirst(pod) ? Role.SECONDARY : Role.PRIMARY;
  }

  /** Tells whether the attachment is the one that the runtime asks for, which is primary. */
  static boolean isFirst(PodState pod) {
    return pod.ifName().equals(FIRST_INTERFACE);
  }

  /**
   * Computes all objects.
   *
   * @param pairs one pair for each interface, and one for the other family if the pod has it
   */
  static List<DesiredObject> of(PodState pod, List<Made> pairs, Role role) {
    var desired = new ArrayList<DesiredObject>();
    for (int i = 0; i < pod.interfaces().size(); i++) {
      var made = pairs.get(i);
      int table = table(i, made.inPod(), role);
      desired.addAll(of(i, pod.interfaces().get(i), made.inPod(), made.hostMac(), table));
    }
    pod.egress()
        .ifPresent(
            egress ->
                desired.addAll(
                    egress(egress, pairs.getLast().inPod(), pairs.getLast().hostMac(), role)));
    return desired;
  }

  /** Returns the table of an interface, which no other attachment of the pod uses. */
  private static int table(int index, int link, Role role) {
    return switch (role) {
      case PRIMARY -> index == 0 ? Route.MAIN : index;
      case SECONDARY -> SECONDARY_TABLES + link;
    };
  }

  /**
   * Computes the objects of one interface. Its gateway exists nowhere: a permanent neighbour entry
   * sends all packets to the host's end.
   *
   * @param index 0 for the CNI interface
   * @param link index of the interface in the pod
   * @param table the table that routes packets from its address
   */
  private static List<DesiredObject> of(
      int index, PodInterface iface, int link, Mac hostMac, int table) {
    boolean v6 = iface.ip().v6();
    var gateway = (v6 ? IPV6_GATEWAY : IPV4_GATEWAY).plus(index);
    var own = iface.ip().asCidr();
    var desired = new ArrayList<DesiredObject>();
    desired.add(new DesiredObject.LinkUp(link, iface.ifName()));
    desired.add(new DesiredObject.RoutePresent(Route.onLink(gateway.asCidr(), link, table)));
    if (table != Route.MAIN) {
      desired.add(new DesiredObject.RulePresent(Rule.from(1, own, table)));
    }
    desired.add(new DesiredObject.RoutePresent(Route.through(all(v6), gateway, link, table)));
    // The address follows the routes, so that these have no preferred source, like the reference's.
    desired.add(
        new DesiredObject.AddressPresent(
            new Address(link, iface.ip(), own.prefix(), Route.UNIVERSE)));
    desired.add(new DesiredObject.NeighbourPresent(new Neighbour(link, gateway, hostMac)));
    return desired;
  }

  /** Computes the objects of the interface to the other family, if the pod has one. */
  private static List<DesiredObject> egress(Egress egress, int link, Mac hostMac, Role role) {
    var own = new Address(link, egress.ip(), EgressNet.prefix(egress.ip()), Route.UNIVERSE);
    var up = new DesiredObject.LinkUp(link, EgressNet.ifName(egress.ip()));
    var desired = new ArrayList<DesiredObject>(List.of(up, new DesiredObject.AddressPresent(own)));
    var gateway = egress.ip().v6() ? EgressNet.linkLocal(hostMac) : EgressNet.IPV4_GATEWAY;
    if (!egress.ip().v6()) {
      desired.addAll(ipv4Egress(own, link));
    }
    if (role == Role.PRIMARY) {
      var all = all(egress.ip().v6());
      desired.add(new DesiredObject.RoutePresent(Route.through(all, gateway, link, Route.MAIN)));
    }
    return desired;
  }

  private static List<DesiredObject> ipv4Egress(Address own, int link) {
    var net = new Cidr(own.ip(), own.prefix());
    var gateway = EgressNet.IPV4_GATEWAY;
    return List.of(
        // Other pods' node-local addresses are reached through the host, not on this link.
        new DesiredObject.RouteAbsent(connected(net, link, own.ip())),
        new DesiredObject.RoutePresent(
            Route.onLink(gateway.asCidr(), link, Route.MAIN).withSource(own.ip())),
        new DesiredObject.RoutePresent(
            Route.through(net, gateway, link, Route.MAIN).withSource(own.ip())));
  }

  private static Route connected(Cidr net, int link, Ip source) {
    return Route.onLink(net, link, Route.MAIN).withSource(source);
  }

  private static Cidr all(boolean v6) {
    return v6 ? ALL_IPV6 : ALL_IPV4;
  }
}
