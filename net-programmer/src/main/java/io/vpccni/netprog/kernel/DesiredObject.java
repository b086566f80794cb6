package io.vpccni.netprog.kernel;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Neighbour;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.syscall.Errno;

/**
 * One object of a network namespace that should exist or be absent. Each kind knows whether a view
 * already has it and which request brings it about.
 */
public sealed interface DesiredObject {
  boolean in(KernelView view);

  /**
   * Returns the request that brings the object about; sending it when the object is already right
   * does no harm.
   */
  Request request();

  /** Returns {@code link}, {@code route}, {@code rule} or {@code neighbour}. */
  String kind();

  /** Returns a sentence that says what is wrong if the view does not have the object. */
  String complaint();

  record LinkUp(int link, String name) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return view.link(link).filter(Link::up).isPresent();
    }

    @Override
    public Request request() {
      return Link.setUp(link);
    }

    @Override
    public String kind() {
      return "link";
    }

    @Override
    public String complaint() {
      return "link " + name + " is down";
    }
  }

  record LinkMtu(int link, String name, int mtu) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return view.link(link).filter(found -> found.mtu() == mtu).isPresent();
    }

    @Override
    public Request request() {
      return Link.setMtu(link, mtu);
    }

    @Override
    public String kind() {
      return "link";
    }

    @Override
    public String complaint() {
      return "link " + name + " has not MTU " + mtu;
    }
  }

  /** An 802.1Q VLAN link should exist on top of its parent. */
  record VlanPresent(String name, int parent, int vlanId, Mac mac) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return view.named(name).isPresent();
    }

    @Override
    public Request request() {
      return Link.createVlan(name, parent, vlanId, mac).tolerating(Errno.EEXIST);
    }

    @Override
    public String kind() {
      return "link";
    }

    @Override
    public String complaint() {
      return "VLAN link " + name + " is missing";
    }
  }

  record AddressPresent(Address address) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return view.addresses().contains(address);
    }

    @Override
    public Request request() {
      return address.add().tolerating(Errno.EEXIST);
    }

    @Override
    public String kind() {
      return "link";
    }

    @Override
    public String complaint() {
      return "address " + address + " is missing";
    }
  }

  record RoutePresent(Route route) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return view.has(route);
    }

    @Override
    public Request request() {
      return route.replace();
    }

    @Override
    public String kind() {
      return "route";
    }

    @Override
    public String complaint() {
      return "route " + route + " is missing";
    }
  }

  /**
   * A route that the kernel adds by itself should be absent, because it would misdirect packets
   * here.
   */
  record RouteAbsent(Route route) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return !view.has(route);
    }

    @Override
    public Request request() {
      return route.delete();
    }

    @Override
    public String kind() {
      return "route";
    }

    @Override
    public String complaint() {
      return "route " + route + " should not be there";
    }
  }

  record RulePresent(Rule rule) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return view.rules().contains(rule);
    }

    @Override
    public Request request() {
      return rule.add();
    }

    @Override
    public String kind() {
      return "rule";
    }

    @Override
    public String complaint() {
      return "rule " + rule + " is missing";
    }
  }

  record NeighbourPresent(Neighbour neighbour) implements DesiredObject {
    @Override
    public boolean in(KernelView view) {
      return view.neighbours().contains(neighbour);
    }

    @Override
    public Request request() {
      return neighbour.replace();
    }

    @Override
    public String kind() {
      return "neighbour";
    }

    @Override
    public String complaint() {
      return "neighbour " + neighbour + " is missing";
    }
  }
}
