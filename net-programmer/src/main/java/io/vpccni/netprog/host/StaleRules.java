package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.pod.HostSide;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds rules of our kind that are not desired. A rule that could belong to somebody else, or that
 * a live pod depends on, is left alone. Pure.
 *
 * @param desired the desired rules
 * @param desiredPods addresses of the desired pods
 * @param unplaced those of them whose ENI is not known: which rule routes their packets is not ours
 *     to judge, because unknown never removes anything
 * @param enis primary addresses of the desired ENIs
 * @param formerEnis primary addresses of ENIs that are no longer desired
 */
record StaleRules(
    HostState host,
    boolean strict,
    Set<Rule> desired,
    Set<Ip> desiredPods,
    Set<Ip> unplaced,
    Set<Ip> enis,
    Set<Ip> formerEnis,
    KernelView view) {

  List<Rule> rules(Set<Integer> linksBeingDeleted) {
    var live = routedToVeths(linksBeingDeleted);
    return view.ruleList().stream()
        .filter(rule -> !rule.special() && !desired.contains(rule) && ours(rule, live))
        .toList();
  }

  /** Returns the addresses that are routed to a veth: a pod lives behind it, whoever made it. */
  private Set<Ip> routedToVeths(Set<Integer> linksBeingDeleted) {
    var live = new HashSet<Ip>();
    for (var route : view.routes()) {
      if (route.to().single()
          && !linksBeingDeleted.contains(route.link())
          && view.link(route.link()).filter(Link::isVeth).isPresent()) {
        live.add(route.to().network());
      }
    }
    return live;
  }

  private boolean ours(Rule rule, Set<Ip> live) {
    return switch (rule.priority()) {
      case HostRules.LOCAL_FIRST -> staleLocal(rule);
      case HostSide.BRANCH -> nobodysBranch(rule);
      case HostRules.LOCAL_AFTER_BRANCHES ->
          !strict && rule.equals(HostRules.localAfterBranches(host.ipv6Node()));
      case HostSide.TO_POD ->
          rule.table() == Route.MAIN
              && onlyTo(rule)
              && rule.to().filter(to -> nobodys(to, live)).isPresent();
      case HostRules.MARKED ->
          rule.equals(Rule.marked(rule.v6(), HostRules.MARKED, rule.mark(), Route.MAIN))
              && rule.mark() != 0;
      case HostRules.EXTERNAL_SERVICE -> rule.table() == Route.MAIN && onlyTo(rule);
      case HostSide.FROM_POD ->
          rule.iif().isEmpty()
              && rule.mask() == 0
              && rule.from().filter(from -> replacedOrNobodys(from, live)).isPresent();
      case DesiredEni.FROM_ENI -> ofFormerEni(rule);
      default -> rule.from().filter(from -> formerEnis.contains(from.network())).isPresent();
    };
  }

  private boolean staleLocal(Rule rule) {
    boolean v6 = host.ipv6Node();
    return strict
        ? rule.equals(HostRules.localFirst(v6))
        : v6 && rule.equals(HostRules.routerDiscovery());
  }

  /** A branch rule is stale if the link that its packets came in by is gone. */
  private boolean nobodysBranch(Rule rule) {
    return rule.table() > HostSide.branchTable(0)
        && rule.iif().filter(name -> view.named(name).isEmpty()).isPresent();
  }

  private static boolean onlyTo(Rule rule) {
    return rule.to().isPresent()
        && rule.equals(Rule.to(rule.priority(), rule.to().get(), rule.table()));
  }

  private boolean nobodys(Cidr block, Set<Ip> live) {
    return block.single()
        && !desiredPods.contains(block.network())
        && !live.contains(block.network());
  }

  /**
   * A desired pod has exactly one such rule; others are of an older layout or name another table.
   */
  private boolean replacedOrNobodys(Cidr from, Set<Ip> live) {
    return from.single()
        && !unplaced.contains(from.network())
        && (desiredPods.contains(from.network()) || nobodys(from, live));
  }

  /**
   * The kernel gives priority 32765 also to a rule without one, so the rule's other fields must
   * show that it is an ENI's.
   */
  private boolean ofFormerEni(Rule rule) {
    if (rule.from().isEmpty()
        || !rule.equals(Rule.from(rule.priority(), rule.from().get(), rule.table()))) {
      return false;
    }
    var from = rule.from().get();
    return from.single()
        && (formerEnis.contains(from.network())
            // The desired rule names another table.
            || enis.contains(from.network())
            || (rule.table() < Route.MAIN - 1
                && view.addresses().stream().noneMatch(a -> a.ip().equals(from.network()))
                && view.routes().stream().noneMatch(route -> route.table() == rule.table())));
  }
}
