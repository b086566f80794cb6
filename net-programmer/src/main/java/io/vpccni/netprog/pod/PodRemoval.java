package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes what the host has for a pod, whichever mode it was made in; the links are deleted later.
 */
public final class PodRemoval {
  private static final int ANY_TABLE = 0;

  /** No earlier version can have made more copies of one rule. */
  private static final int MOST_COPIES = 256;

  private final NetlinkSocket host;

  public PodRemoval(NetlinkSocket host) {
    this.host = host;
  }

  /** Lists the objects that other pods own by now. They stay, because a DEL may come late. */
  public record InUse(Set<Ip> addresses, Set<Integer> vlanIds, Set<String> hostVeths) {
    boolean link(String name) {
      return hostVeths.contains(name)
          || vlanIds.stream().anyMatch(vlanId -> HostSide.vlanLink(vlanId).equals(name));
    }
  }

  /**
   * Deletes at once those links that wait for deletion and have the name of one of this pod's. A
   * former pod of that name may have been in the same namespace: its pair would be taken for this
   * pod's, and be deleted a moment later.
   *
   * @return the links that were deleted
   */
  public List<Link> finish(PodState pod, Collection<Link> dying) throws NetlinkFailed {
    var names = VethPair.of(pod).stream().map(VethPair::onHost).collect(Collectors.toSet());
    var former = dying.stream().filter(link -> names.contains(link.name())).toList();
    if (!former.isEmpty()) {
      host.run(
          former.stream().map(link -> Link.delete(link.index()).tolerating(Errno.ENODEV)).toList());
    }
    return former;
  }

  /**
   * Removes the pod's rules and routes.
   *
   * @return the links that are still present and have to be deleted
   */
  public List<Link> detach(DetachedPod pod, InUse inUse) throws NetlinkFailed {
    var links = links(pod);
    var going =
        pod.interfaces().stream().filter(iface -> !inUse.addresses().contains(iface.ip())).toList();
    var batch = new ArrayList<Request>();
    for (var iface : going) {
      var block = iface.ip().asCidr();
      batch.add(Rule.to(HostSide.TO_POD, block, Route.MAIN).delete());
      named(links, iface.hostVeth())
          .ifPresent(link -> batch.addAll(routes(block, link, table(pod, iface))));
    }
    if (pod.egress().isPresent()) {
      var block = pod.egress().get().ip().asCidr();
      links.forEach(link -> batch.add(Route.onLink(block, link.index(), Route.MAIN).delete()));
    }
    var fromPod =
        going.stream()
            .map(iface -> Rule.from(HostSide.FROM_POD, iface.ip().asCidr(), ANY_TABLE))
            .toList();
    // The deletion is sent twice, so that one exchange usually shows that no copy is left.
    fromPod.forEach(rule -> batch.addAll(List.of(rule.delete(), rule.delete())));
    var outcomes = host.run(batch);
    for (int i = 0; i < fromPod.size(); i++) {
      // An older layout had one rule for each VPC CIDR.
      if (outcomes.get(batch.size() - 2 * (fromPod.size() - i) + 1).done()) {
        deleteAll(fromPod.get(i));
      }
    }
    if (pod.vlanId().isPresent() && !inUse.vlanIds().contains(pod.vlanId().getAsInt())) {
      deleteBranchRules(pod, pod.vlanId().getAsInt());
    }
    return links.stream().filter(link -> !inUse.link(link.name())).toList();
  }

  /** Removes the rules by which a strict branch pod is routed, for each of its links. */
  private void deleteBranchRules(DetachedPod pod, int vlanId) throws NetlinkFailed {
    boolean v6 = pod.interfaces().getFirst().ip().v6();
    int table = HostSide.branchTable(vlanId);
    var links = new ArrayList<>(List.of(HostSide.vlanLink(vlanId)));
    pod.interfaces().forEach(iface -> links.add(iface.hostVeth()));
    for (var link : links) {
      deleteAll(Rule.iif(v6, HostSide.BRANCH, link, table));
    }
  }

  private List<Link> links(DetachedPod pod) throws NetlinkFailed {
    var names = new ArrayList<String>();
    pod.interfaces().forEach(iface -> names.add(iface.hostVeth()));
    pod.egress().flatMap(DetachedPod.Egress::hostVeth).ifPresent(names::add);
    pod.vlanId().ifPresent(vlanId -> names.add(HostSide.vlanLink(vlanId)));
    var links = new ArrayList<Link>();
    for (var found : host.exchange(names.stream().map(Link::byName).toList())) {
      Link.of(found).ifPresent(links::add);
    }
    if (pod.egress().filter(egress -> egress.hostVeth().isEmpty()).isPresent()) {
      routedTo(pod.egress().get().ip()).ifPresent(links::add);
    }
    return links;
  }

  /** Finds the veth to which the host routes that address. */
  private Optional<Link> routedTo(Ip ip) throws NetlinkFailed {
    var block = ip.asCidr();
    var index =
        Route.list(host, ip.v6()).stream()
            .filter(route -> route.to().equals(block) && route.table() == Route.MAIN)
            .map(Route::link)
            .findFirst();
    if (index.isEmpty()) {
      return Optional.empty();
    }
    int desired = index.get();
    return Link.list(host).stream()
        .filter(link -> link.index() == desired && link.isVeth())
        .findFirst();
  }

  private static int table(DetachedPod pod, PodInterface iface) {
    return pod.vlanId().isPresent()
        ? HostSide.branchTable(pod.vlanId().getAsInt())
        : HostSide.table(iface);
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
