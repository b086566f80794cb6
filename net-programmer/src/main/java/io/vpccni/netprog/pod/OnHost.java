package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.wish.View;
import io.vpccni.netprog.wish.Wanted;
import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What the host contains for a pod, in the order in which it can be made. Pure. */
public final class OnHost {
  public static final int TO_POD = 512;
  public static final int FROM_POD = 1536;

  /** Strict branch pods are led by link, ahead of the local table. */
  public static final int BRANCH = 10;

  private OnHost() {}

  /** Of the branch ENI with that VLAN id. */
  public static int branchTable(int vlanId) {
    return vlanId + 100;
  }

  public static String vlanLink(int vlanId) {
    return "vlan.eth." + vlanId;
  }

  /** Whether packets of the pod are led by link and not by address. */
  public static boolean strict(PodState pod) {
    return pod.branchEni()
        .filter(branch -> branch.mode() == PodSecurityGroupMode.STRICT)
        .isPresent();
  }

  /** Finds numbers of links. */
  public interface Links {
    OptionalInt named(String name);

    /** Of an ENI, never of a VLAN on top of it. */
    OptionalInt withMac(Mac mac);

    /**
     * Those of a view.
     *
     * @param without numbers of links that count for nothing
     */
    static Links in(View view, Set<Integer> without) {
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

  /** All of it, as far as the links are there. */
  public static List<Wanted> of(PodState pod, Links links) {
    var wanted = new ArrayList<Wanted>();
    pod.branchEni().ifPresent(branch -> wanted.addAll(branch(pod, branch, links)));
    for (var wished : pod.interfaces()) {
      var link = links.named(wished.hostVeth());
      link.ifPresent(index -> wanted.add(new Wanted.Up(index, wished.hostVeth())));
      if (!strict(pod)) {
        link.ifPresent(index -> wanted.add(new Wanted.Via(toPod(wished, index, Route.MAIN))));
        wanted.addAll(rules(wished, table(pod, wished)));
      }
    }
    pod.egress()
        .ifPresent(
            egress ->
                links
                    .named(egress.hostVeth())
                    .ifPresent(index -> wanted.addAll(egress(egress, index))));
    return wanted;
  }

  /** The table that packets from this interface are led by. */
  static int table(PodState pod, PodInterface wished) {
    return pod.branchEni().map(branch -> branchTable(branch.vlanId())).orElse(table(wished));
  }

  /** Of an address of an ENI. The reference before 1.20 called the primary ENI's table 1. */
  static int table(PodInterface wished) {
    return wished.routeTable() <= 1 ? Route.MAIN : wished.routeTable();
  }

  private static List<Wanted> rules(PodInterface wished, int table) {
    var block = wished.ip().asCidr();
    var toPod = new Wanted.By(Rule.to(TO_POD, block, Route.MAIN));
    return table == Route.MAIN
        ? List.of(toPod)
        : List.of(toPod, new Wanted.By(Rule.from(FROM_POD, block, table)));
  }

  private static Route toPod(PodInterface wished, int link, int table) {
    return Route.onLink(wished.ip().asCidr(), link, table);
  }

  private static List<Wanted> branch(PodState pod, BranchEni branch, Links links) {
    var wanted = new ArrayList<Wanted>();
    int table = branchTable(branch.vlanId());
    var vlan = vlanLink(branch.vlanId());
    boolean v6 = branch.gateway().v6();
    var all = Cidr.parse(v6 ? "::/0" : "0.0.0.0/0");
    links
        .withMac(branch.trunkMac())
        .ifPresent(
            trunk -> wanted.add(new Wanted.Vlan(vlan, trunk, branch.vlanId(), branch.mac())));
    links
        .named(vlan)
        .ifPresent(
            link -> {
              wanted.add(new Wanted.Up(link, vlan));
              wanted.add(new Wanted.Via(Route.onLink(branch.gateway().asCidr(), link, table)));
              wanted.add(new Wanted.Via(Route.through(all, branch.gateway(), link, table)));
            });
    if (strict(pod)) {
      wanted.add(new Wanted.By(Rule.iif(v6, BRANCH, vlan, table)));
      for (var wished : pod.interfaces()) {
        links
            .named(wished.hostVeth())
            .ifPresent(
                link -> {
                  wanted.add(new Wanted.Up(link, wished.hostVeth()));
                  wanted.add(new Wanted.Via(toPod(wished, link, table)));
                });
        wanted.add(new Wanted.By(Rule.iif(v6, BRANCH, wished.hostVeth(), table)));
      }
    }
    return wanted;
  }

  private static List<Wanted> egress(Egress egress, int link) {
    var wanted = new ArrayList<Wanted>();
    wanted.add(new Wanted.Up(link, egress.hostVeth()));
    if (!egress.ip().v6()) {
      var gateway = EgressNet.IPV4_GATEWAY;
      wanted.add(new Wanted.At(new Address(link, gateway, gateway.bits(), Route.LINK)));
    }
    wanted.add(new Wanted.Via(Route.onLink(egress.ip().asCidr(), link, Route.MAIN)));
    return wanted;
  }
}
