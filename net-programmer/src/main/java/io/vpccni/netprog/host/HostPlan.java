package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.pod.OnHost;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.wish.View;
import io.vpccni.netprog.wish.Wanted;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the wished node with the kernel. Pure. Some changes have consequences of the kernel's
 * own (an address brings a route): plan again until nothing is left to do.
 */
public final class HostPlan {
  private final HostState host;
  private final Collection<PodState> pods;
  private final View view;
  private final List<Change> changes = new ArrayList<>();
  private final HashMap<String, Integer> tables = new HashMap<>();
  private final List<String> missing = new ArrayList<>();
  private final Set<Rule> wishedRules = new HashSet<>();

  private HostPlan(HostState host, Collection<PodState> pods, View view) {
    this.host = host;
    this.pods = pods;
    this.view = view;
  }

  /**
   * @param formerEnis primary addresses of ENIs that were wished before
   * @param dyingLinks host veths that are about to be deleted, so that they count for nothing
   */
  public static Plan of(
      HostState host,
      Collection<PodState> pods,
      Set<Ip> formerEnis,
      Set<Integer> dyingLinks,
      View view) {
    var plan = new HostPlan(host, pods, view);
    boolean strict = HostRules.strict(host, pods);
    plan.want(plan.primary());
    plan.want(HostRules.of(host, strict).stream().<Wanted>map(Wanted.By::new).toList());
    plan.enis();
    for (var pod : pods) {
      plan.want(OnHost.of(pod, OnHost.Links.in(view, dyingLinks)));
    }
    plan.remove(strict, formerEnis, dyingLinks);
    return new Plan(plan.changes, plan.tables, plan.missing);
  }

  private List<Wanted> primary() {
    return view.withMac(host.primaryMac()).stream()
        .<Wanted>map(link -> new Wanted.Mtu(link.index(), link.name(), host.eniMtu()))
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
      tables.put(eni.eniId(), EniSetup.table(eni, view));
      // Before the own one is added: removing an older address takes younger ones of the same
      // subnet along.
      for (var foreign : EniSetup.foreignAddresses(eni, link, view)) {
        changes.add(
            new Change(
                "link",
                "address " + foreign + " is not the ENI's",
                foreign.delete().tolerating(Errno.EADDRNOTAVAIL)));
      }
      want(EniSetup.of(eni, link, host.eniMtu(), view));
    }
  }

  private void want(List<Wanted> wanted) {
    boolean addressAdded = false;
    for (var item : wanted) {
      if (item instanceof Wanted.By(var rule)) {
        wishedRules.add(rule);
      }
      boolean there = item.in(view);
      // What the kernel makes of an address just added is not in the view yet.
      if (!there || (addressAdded && item instanceof Wanted.Gone)) {
        changes.add(Change.of(item));
      }
      addressAdded |= !there && item instanceof Wanted.At;
    }
  }

  private void remove(boolean strict, Set<Ip> formerEnis, Set<Integer> dyingLinks) {
    // Where others may look after an ENI's rule, it is never unwished.
    var shared =
        host.enis().stream()
            .filter(eni -> eni.trunk() || eni.networkCard() > 0)
            .map(SecondaryEni::primaryIp)
            .collect(Collectors.toSet());
    var enis = host.enis().stream().map(SecondaryEni::primaryIp).collect(Collectors.toSet());
    var former = new HashSet<>(formerEnis);
    former.removeAll(enis);
    var podIps =
        pods.stream()
            .flatMap(pod -> pod.interfaces().stream())
            .map(PodInterface::ip)
            .collect(Collectors.toSet());
    former.removeAll(podIps);
    var unwished = new Unwished(host, strict, wishedRules, podIps, enis, former, view);
    for (var rule : unwished.rules(dyingLinks)) {
      if (rule.from().filter(from -> shared.contains(from.network())).isEmpty()) {
        changes.add(new Change("rule", "rule " + rule + " is not wished", rule.delete()));
      }
    }
  }
}
