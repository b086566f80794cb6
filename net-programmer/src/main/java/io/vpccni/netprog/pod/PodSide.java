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
import java.util.List;

/** Computes what a pod's own namespace needs, in an order in which it can be made. Pure. */
final class PodSide {
  /** The gateway of the first interface; those of further interfaces count up from it. */
  private static final Ip IPV4_GATEWAY = Ip.parse("169.254.1.1");

  private static final Ip IPV6_GATEWAY = Ip.parse("fe80::1");

  private static final Cidr ALL_IPV4 = Cidr.parse("0.0.0.0/0");
  private static final Cidr ALL_IPV6 = Cidr.parse("::/0");

  private PodSide() {}

  /**
   * Computes all objects.
   *
   * @param pairs one pair for each interface, and one for the other family if the pod has it
   */
  static List<DesiredObject> of(PodState pod, List<Made> pairs) {
    var desired = new ArrayList<DesiredObject>();
    for (int i = 0; i < pod.interfaces().size(); i++) {
      var made = pairs.get(i);
      desired.addAll(of(i, pod.interfaces().get(i), made.inPod(), made.hostMac()));
    }
    pod.egress()
        .ifPresent(
            egress ->
                desired.addAll(egress(egress, pairs.getLast().inPod(), pairs.getLast().hostMac())));
    return desired;
  }

  /**
   * Computes the objects of one interface. Its gateway exists nowhere: a permanent neighbour entry
   * sends all packets to the host's end.
   *
   * @param index 0 for the CNI interface
   * @param link index of the interface in the pod
   */
  private static List<DesiredObject> of(int index, PodInterface iface, int link, Mac hostMac) {
    boolean v6 = iface.ip().v6();
    var gateway = (v6 ? IPV6_GATEWAY : IPV4_GATEWAY).plus(index);
    int table = index == 0 ? Route.MAIN : index;
    var own = iface.ip().asCidr();
    var desired = new ArrayList<DesiredObject>();
    desired.add(new DesiredObject.LinkUp(link, iface.ifName()));
    desired.add(new DesiredObject.RoutePresent(Route.onLink(gateway.asCidr(), link, table)));
    if (index > 0) {
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
  private static List<DesiredObject> egress(Egress egress, int link, Mac hostMac) {
    var own = new Address(link, egress.ip(), EgressNet.prefix(egress.ip()), Route.UNIVERSE);
    var up = new DesiredObject.LinkUp(link, EgressNet.ifName(egress.ip()));
    if (egress.ip().v6()) {
      var gateway = EgressNet.linkLocal(hostMac);
      return List.of(
          up,
          new DesiredObject.AddressPresent(own),
          new DesiredObject.RoutePresent(Route.through(ALL_IPV6, gateway, link, Route.MAIN)));
    }
    var net = new Cidr(own.ip(), own.prefix());
    var gateway = EgressNet.IPV4_GATEWAY;
    return List.of(
        up,
        new DesiredObject.AddressPresent(own),
        // Other pods' node-local addresses are reached through the host, not on this link.
        new DesiredObject.RouteAbsent(connected(net, link, egress.ip())),
        new DesiredObject.RoutePresent(
            Route.onLink(gateway.asCidr(), link, Route.MAIN).withSource(egress.ip())),
        new DesiredObject.RoutePresent(
            Route.through(net, gateway, link, Route.MAIN).withSource(egress.ip())),
        new DesiredObject.RoutePresent(Route.through(ALL_IPV4, gateway, link, Route.MAIN)));
  }

  private static Route connected(Cidr net, int link, Ip source) {
    return Route.onLink(net, link, Route.MAIN).withSource(source);
  }

  private static Cidr all(boolean v6) {
    return v6 ? ALL_IPV6 : ALL_IPV4;
  }
}
