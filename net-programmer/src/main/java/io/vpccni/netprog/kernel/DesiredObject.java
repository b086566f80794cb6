package io.vpccni.netprog.kernel;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Neighbour;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.syscall.Errno;

/** Says that one object of a network namespace should exist or be absent. */
public sealed interface DesiredObject {
  /** The link should be up. */
  record LinkUp(int link, String name) implements DesiredObject {}

  /** The link should have this MTU. */
  record LinkMtu(int link, String name, int mtu) implements DesiredObject {}

  /** An 802.1Q VLAN link should exist on top of its parent. */
  record VlanPresent(String name, int parent, int vlanId, Mac mac) implements DesiredObject {}

  /** The address should be on its link. */
  record AddressPresent(Address address) implements DesiredObject {}

  /** The route should exist. */
  record RoutePresent(Route route) implements DesiredObject {}

  /**
   * A route that the kernel adds by itself should be absent, because it would misdirect packets
   * here.
   */
  record RouteAbsent(Route route) implements DesiredObject {}

  /** The rule should exist. */
  record RulePresent(Rule rule) implements DesiredObject {}

  /** The permanent neighbour entry should exist. */
  record NeighbourPresent(Neighbour neighbour) implements DesiredObject {}

  /** Tells whether the view shows the object as it should be. */
  default boolean in(KernelView view) {
    return switch (this) {
      case LinkUp(var link, var _) -> view.link(link).filter(Link::up).isPresent();
      case LinkMtu(var link, var _, var mtu) ->
          view.link(link).filter(found -> found.mtu() == mtu).isPresent();
      case VlanPresent(var name, var _, var _, var _) -> view.named(name).isPresent();
      case AddressPresent(var address) -> view.addresses().contains(address);
      case RoutePresent(var route) -> view.has(route);
      case RouteAbsent(var route) -> !view.has(route);
      case RulePresent(var rule) -> view.rules().contains(rule);
      case NeighbourPresent(var neighbour) -> view.neighbours().contains(neighbour);
    };
  }

  /** Returns the request that brings it about; sending it when all is right does no harm. */
  default Request request() {
    return switch (this) {
      case LinkUp(var link, var _) -> Link.setUp(link);
      case LinkMtu(var link, var _, var mtu) -> Link.setMtu(link, mtu);
      case VlanPresent(var name, var parent, var vlanId, var mac) ->
          Link.createVlan(name, parent, vlanId, mac).tolerating(Errno.EEXIST);
      case AddressPresent(var address) -> address.add().tolerating(Errno.EEXIST);
      case RoutePresent(var route) -> route.replace();
      case RouteAbsent(var route) -> route.delete();
      case RulePresent(var rule) -> rule.add();
      case NeighbourPresent(var neighbour) -> neighbour.replace();
    };
  }

  /** Returns {@code link}, {@code route}, {@code rule} or {@code neighbour}. */
  default String kind() {
    return switch (this) {
      case LinkUp _, LinkMtu _, VlanPresent _, AddressPresent _ -> "link";
      case RoutePresent _, RouteAbsent _ -> "route";
      case RulePresent _ -> "rule";
      case NeighbourPresent _ -> "neighbour";
    };
  }

  /** Says what is wrong if the view does not show the object as it should be. */
  default String complaint() {
    return switch (this) {
      case LinkUp(var _, var name) -> "link " + name + " is down";
      case LinkMtu(var _, var name, var mtu) -> "link " + name + " does not have MTU " + mtu;
      case VlanPresent(var name, var _, var _, var _) -> "VLAN link " + name + " is missing";
      case AddressPresent(var address) -> "address " + address + " is missing";
      case RoutePresent(var route) -> "route " + route + " is missing";
      case RouteAbsent(var route) -> "route " + route + " should not be there";
      case RulePresent(var rule) -> "rule " + rule + " is missing";
      case NeighbourPresent(var neighbour) -> "neighbour " + neighbour + " is missing";
    };
  }
}
