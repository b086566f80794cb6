package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes what the host has for a pod, whichever mode it was made in; the links go later. */
public final class PodRemoval {
  private static final int ANY_TABLE = 0;

  /** More copies of one rule than any earlier version can have made. */
  private static final int MOST_COPIES = 256;

  private final NetlinkSocket host;

  public PodRemoval(NetlinkSocket host) {
    this.host = host;
  }

  /**
   * @param inUse addresses that another pod has by now: their rules stay
   * @return the links that are still there
   */
  public List<Link> detach(PodState pod, Set<Ip> inUse) throws NetlinkFailed {
    var names = new ArrayList<String>();
    Pair.of(pod).forEach(pair -> names.add(pair.onHost()));
    pod.branchEni().ifPresent(branch -> names.add(OnHost.vlanLink(branch.vlanId())));
    var found = host.exchange(names.stream().map(Link::byName).toList());
    var links = found.stream().map(Link::of).flatMap(Optional::stream).toList();

    var batch = new ArrayList<Request>();
    for (var wished : pod.interfaces()) {
      if (inUse.contains(wished.ip())) {
        continue;
      }
      var block = wished.ip().asCidr();
      batch.add(Rule.to(OnHost.TO_POD, block, Route.MAIN).delete());
      named(links, wished.hostVeth())
          .ifPresent(link -> batch.addAll(routes(block, link, OnHost.table(pod, wished))));
    }
    pod.egress()
        .ifPresent(
            egress ->
                named(links, egress.hostVeth())
                    .ifPresent(
                        link -> batch.addAll(routes(egress.ip().asCidr(), link, Route.MAIN))));
    host.run(batch);
    for (var wished : pod.interfaces()) {
      if (!inUse.contains(wished.ip())) {
        // An older layout had one for each VPC CIDR.
        deleteAll(Rule.from(OnHost.FROM_POD, wished.ip().asCidr(), ANY_TABLE));
      }
    }
    if (pod.branchEni().isPresent()) {
      var branch = pod.branchEni().get();
      deleteAll(
          Rule.all(branch.gateway().v6(), OnHost.BRANCH, OnHost.branchTable(branch.vlanId())));
    }
    return links;
  }

  private static Optional<Link> named(List<Link> links, String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst();
  }

  private static List<Request> routes(Cidr block, Link link, int table) {
    var main = Route.onLink(block, link.index(), Route.MAIN).delete();
    return table == Route.MAIN
        ? List.of(main)
        : List.of(main, Route.onLink(block, link.index(), table).delete());
  }

  private void deleteAll(Rule rule) throws NetlinkFailed {
    for (int copies = 0; copies < MOST_COPIES; copies++) {
      if (host.run(List.of(rule.delete())).getFirst().errno() == Errno.ENOENT) {
        return;
      }
    }
  }
}
