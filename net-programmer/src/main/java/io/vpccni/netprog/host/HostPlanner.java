package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.kernel.DesiredObject;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.pod.HostSide;
import io.vpccni.netprog.syscall.Errno;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the desired state of the node with the kernel and plans the changes. It is pure. Some
 * changes make the kernel change more by itself (an address brings a route), so callers plan again
 * until the plan is empty.
 */
public final class HostPlanner {
  private final HostState host;
  private final Collection<PodState> pods;
  private final KernelView view;
  private final List<Change> changes = new ArrayList<>();
  private final HashMap<String, Integer> tables = new HashMap<>();
  private final List<String> missing = new ArrayList<>();
  private final Set<Rule> desiredRules = new HashSet<>();

  private HostPlanner(HostState host, Collection<PodState> pods, KernelView view) {
    this.host = host;
    this.pods = pods;
    this.view = view;
  }

  /**
   * Plans all changes of links, addresses, routes and rules on the host.
   *
   * @param former what used to be desired
   * @param linksBeingDeleted indexes of host veths that are about to be deleted and therefore count
   *     as absent
   */
  public static Plan of(
      HostState host,
      Collection<PodState> pods,
      FormerState former,
      Set<Integer> linksBeingDeleted,
      KernelView view) {
    var plan = new HostPlanner(host, pods, view);
    boolean strict = HostRules.strict(host, pods);
    plan.require(plan.primary());
    plan.require(
        HostRules.of(host, strict).stream()
            .<DesiredObject>map(DesiredObject.RulePresent::new)
            .toList());
    plan.enis();
    for (var pod : pods) {
      plan.require(HostSide.of(pod, HostSide.Links.in(view, linksBeingDeleted)));
    }
    plan.remove(strict, former, linksBeingDeleted);
    return new Plan(plan.changes, plan.tables, plan.missing);
  }

  private List<DesiredObject> primary() {
    return view.withMac(host.primary().mac()).stream()
        .<DesiredObject>map(
            link -> new DesiredObject.LinkMtu(link.index(), link.name(), host.eniMtu()))
        .toList();
  }

  private void enis() {
    for (var eni : host.enis()) {
      var found = view.withMac(eni.mac());
      if (found.isEmpty()) {
        missing.add(eni.eniId());
        continue;
      }
      var link = found.get();
      tables.put(eni.eniId(), DesiredEni.table(eni, view));
      // This comes before our own address is added, because removing an older address removes
      // younger ones of the same subnet with it.
      for (var foreign : DesiredEni.foreignAddresses(eni, link, view)) {
        changes.add(
            Change.cleanup(
                "link",
                "address " + foreign + " is not the ENI's",
                foreign.delete().tolerating(Errno.EADDRNOTAVAIL)));
      }
      require(DesiredEni.of(eni, link, host.eniMtu(), view));
    }
  }

  private void require(List<DesiredObject> desired) {
    boolean addressAdded = false;
    for (var item : desired) {
      if (item instanceof DesiredObject.RulePresent(var rule)) {
        desiredRules.add(rule);
      }
      boolean there = item.in(view);
      // The route that the kernel adds with a new address is not in the view yet.
      if (!there || (addressAdded && item instanceof DesiredObject.RouteAbsent)) {
        changes.add(Change.of(item));
      }
      addressAdded |= !there && item instanceof DesiredObject.AddressPresent;
    }
  }

  private void remove(boolean strict, FormerState former, Set<Integer> linksBeingDeleted) {
    // If other software may manage an ENI's rule, that rule is never stale.
    var shared =
        host.enis().stream()
            .filter(eni -> eni.trunk() || eni.networkCard() > 0)
            .map(SecondaryEni::primaryIp)
            .collect(Collectors.toSet());
    var stale =
        new StaleRules(
            host, pods, strict, desiredRules, tables.values(), former, linksBeingDeleted, view);
    for (var v6 : List.of(false, true)) {
      var rules = view.ruleList().stream().filter(rule -> rule.v6() == v6).toList();
      var removal = new RuleRemoval(desiredRules, rules);
      for (var rule : stale.all()) {
        if (rule.v6() == v6
            && rule.from().filter(from -> shared.contains(from.network())).isEmpty()) {
          var why = "rule " + rule + " is stale";
          removal.of(rule).forEach(each -> changes.add(Change.cleanup("rule", why, each)));
        }
      }
    }
  }
}
