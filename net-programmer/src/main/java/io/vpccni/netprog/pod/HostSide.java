package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.kernel.DesiredObject;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Computes what the host needs for a pod, in an order in which it can be made. It is pure. */
public final class HostSide {
  public static final int TO_POD = 512;
  public static final int FROM_POD = 1536;

  /**
   * Rules for strict branch pods, which are routed by link, have this priority, ahead of the local
   * table.
   */
  public static final int BRANCH = 10;

  /** Names of branch ENIs' VLAN links begin with this. */
  public static final String VLAN_PREFIX = "vlan.eth.";

  private HostSide() {}

  /** Returns the table of the branch ENI with that VLAN id. */
  public static int branchTable(int vlanId) {
    return vlanId + 100;
  }

  public static String vlanLink(int vlanId) {
    return VLAN_PREFIX + vlanId;
  }

  /** Tells whether the pod's packets are routed by link and not by address. */
  public static boolean strict(PodState pod) {
    return pod.branchEni()
        .filter(branch -> branch.mode() == PodSecurityGroupMode.STRICT)
        .isPresent();
  }

  /** Finds the indexes of links. */
  public interface Links {
    OptionalInt named(String name);

    /** Finds an ENI's link, and never a VLAN on top of it. */
    OptionalInt withMac(Mac mac);

    /**
     * Finds links in a view.
     *
     * @param without indexes of links that count as absent
     */
    static Links in(KernelView view, Set<Integer> without) {
      return new Links() {
        @Override
        public OptionalInt named(String name) {
          return number(view.named(name).filter(found -> !without.contains(found.index())));
        }

        @Override
        public OptionalInt withMac(Mac mac) {
          return number(view.withMac(mac));
        }

        private static OptionalInt number(Optional<Link> link) {
          return link.isPresent() ? OptionalInt.of(link.get().index()) : OptionalInt.empty();
        }
      };
    }
  }

  /** Computes all objects whose links are present. */
  public static List<DesiredObject> of(PodState pod, Links links) {
    var desired = new ArrayList<DesiredObject>();
    pod.branchEni().ifPresent(branch -> desired.addAll(branch(pod, branch, links)));
    for (var iface : pod.interfaces()) {
      var link = links.named(iface.hostVeth());
      link.ifPresent(index -> desired.add(new DesiredObject.LinkUp(index, iface.hostVeth())));
      if (!strict(pod)) {
        link.ifPresent(
            index -> desired.add(new DesiredObject.RoutePresent(toPod(iface, index, Route.MAIN))));
        desired.addAll(rules(iface, table(pod, iface)));
      }
    }
    pod.egress()
        .ifPresent(
            egress ->
                links
                    .named(egress.hostVeth())
                    .ifPresent(index -> desired.addAll(egress(egress, index))));
    return desired;
  }

  /** Returns the table by which packets from this interface are routed. */
  static int table(PodState pod, PodInterface iface) {
    return pod.branchEni().map(branch -> branchTable(branch.vlanId())).orElse(table(iface));
  }

  /**
   * Returns the table of the ENI that owns the address. The reference before 1.20 numbered the
   * primary ENI's table 1.
   */
  static int table(PodInterface iface) {
    return iface.routeTable() <= 1 ? Route.MAIN : iface.routeTable();
  }

  private static List<DesiredObject> rules(PodInterface iface, int table) {
    var block = iface.ip().asCidr();
    var toPod = new DesiredObject.RulePresent(Rule.to(TO_POD, block, Route.MAIN));
    return table == Route.MAIN
        ? List.of(toPod)
        : List.of(toPod, new DesiredObject.RulePresent(Rule.from(FROM_POD, block, table)));
  }

  private static Route toPod(PodInterface iface, int link, int table) {
    return Route.onLink(iface.ip().asCidr(), link, table);
  }

  private static List<DesiredObject> branch(PodState pod, BranchEni branch, Links links) {
    var desired = new ArrayList<DesiredObject>();
    int table = branchTable(branch.vlanId());
    var vlan = vlanLink(branch.vlanId());
    boolean v6 = branch.gateway().v6();
    var all = Cidr.parse(v6 ? "::/0" : "0.0.0.0/0");
    links
        .withMac(branch.trunkMac())
        .ifPresent(
            trunk ->
                desired.add(
                    new DesiredObject.VlanPresent(vlan, trunk, branch.vlanId(), branch.mac())));
    links
        .named(vlan)
        .ifPresent(
            link -> {
              desired.add(new DesiredObject.LinkUp(link, vlan));
              desired.add(
                  new DesiredObject.RoutePresent(
                      Route.onLink(branch.gateway().asCidr(), link, table)));
              desired.add(
                  new DesiredObject.RoutePresent(
                      Route.through(all, branch.gateway(), link, table)));
            });
    if (strict(pod)) {
      desired.add(new DesiredObject.RulePresent(Rule.iif(v6, BRANCH, vlan, table)));
      for (var iface : pod.interfaces()) {
        links
            .named(iface.hostVeth())
            .ifPresent(
                link -> {
                  desired.add(new DesiredObject.LinkUp(link, iface.hostVeth()));
                  desired.add(new DesiredObject.RoutePresent(toPod(iface, link, table)));
                });
        desired.add(new DesiredObject.RulePresent(Rule.iif(v6, BRANCH, iface.hostVeth(), table)));
      }
    }
    return desired;
  }

  private static List<DesiredObject> egress(Egress egress, int link) {
    var desired = new ArrayList<DesiredObject>();
    desired.add(new DesiredObject.LinkUp(link, egress.hostVeth()));
    if (!egress.ip().v6()) {
      var gateway = EgressNet.IPV4_GATEWAY;
      desired.add(
          new DesiredObject.AddressPresent(new Address(link, gateway, gateway.bits(), Route.LINK)));
    }
    desired.add(
        new DesiredObject.RoutePresent(Route.onLink(egress.ip().asCidr(), link, Route.MAIN)));
    return desired;
  }
}
