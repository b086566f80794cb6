package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.pod.HostSide;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds rules of ours that are not desired. A rule is ours only if every field of it is one that we
 * would write for this VPC: a priority alone proves nothing. A rule that a live pod depends on is
 * left alone too. It is pure.
 */
final class StaleRules {
  /** The kernel's default table has this number; it is usually empty. */
  private static final int DEFAULT_TABLE = 253;

  /**
   * The host veth of a strict branch pod has a name of this form: a prefix and the start of a hash.
   */
  private static final Pattern STRICT_VETH = Pattern.compile("vlan[0-9a-f]{11}");

  private final HostState host;
  private final boolean strict;
  private final Set<Rule> desired;
  private final Set<Ip> pods;

  /**
   * Holds the addresses of pods whose ENI is not known. Which rule routes their packets is not ours
   * to judge, because what is unknown never removes anything.
   */
  private final Set<Ip> unplaced;

  private final Set<Ip> enis;
  private final Set<Ip> formerEnis;
  private final Set<Integer> marks;
  private final Set<Integer> tables;
  private final KernelView view;
  private final Set<Ip> live;

  /**
   * Prepares the search.
   *
   * @param strict whether branch pods are routed ahead of the local table
   * @param desired the desired rules
   * @param tables the tables in force of the ENIs
   * @param linksBeingDeleted indexes of host veths behind which nobody lives any more
   */
  StaleRules(
      HostState host,
      Collection<PodState> pods,
      boolean strict,
      Set<Rule> desired,
      Collection<Integer> tables,
      FormerState former,
      Set<Integer> linksBeingDeleted,
      KernelView view) {
    this.host = host;
    this.strict = strict;
    this.desired = desired;
    this.view = view;
    this.pods =
        pods.stream()
            .flatMap(pod -> pod.interfaces().stream())
            .map(PodInterface::ip)
            .collect(Collectors.toSet());
    unplaced = pods.stream().flatMap(pod -> pod.unplaced().stream()).collect(Collectors.toSet());
    enis = host.enis().stream().map(SecondaryEni::primaryIp).collect(Collectors.toSet());
    formerEnis = new HashSet<>(former.enis());
    formerEnis.removeAll(enis);
    formerEnis.removeAll(this.pods);
    marks = former.withMarks(Set.of(host.nat().connmark())).marks();
    this.tables = new HashSet<>(former.tables());
    this.tables.addAll(tables);
    this.tables.add(Route.MAIN);
    host.enis().forEach(eni -> this.tables.add(eni.routeTable()));
    pods.forEach(pod -> pod.interfaces().forEach(one -> this.tables.add(one.routeTable())));
    live = routedToVeths(linksBeingDeleted);
  }

  /** Returns the addresses that are routed to a veth: a pod lives behind it, whoever made it. */
  private Set<Ip> routedToVeths(Set<Integer> linksBeingDeleted) {
    var found = new HashSet<Ip>();
    for (var route : view.routes()) {
      if (route.to().single()
          && !linksBeingDeleted.contains(route.link())
          && view.link(route.link()).filter(Link::isVeth).isPresent()) {
        found.add(route.to().network());
      }
    }
    return found;
  }

  /** Returns the stale rules in the kernel's order. */
  List<Rule> all() {
    return view.ruleList().stream()
        .filter(rule -> !rule.special() && !desired.contains(rule) && stale(rule))
        .toList();
  }

  private boolean stale(Rule rule) {
    return switch (rule.priority()) {
      case HostRules.LOCAL_FIRST -> staleLocal(rule);
      case HostSide.BRANCH -> nobodysBranch(rule);
      case HostRules.LOCAL_AFTER_BRANCHES ->
          !strict && rule.equals(HostRules.localAfterBranches(host.ipv6Node()));
      case HostSide.TO_POD ->
          rule.table() == Route.MAIN
              && onlyTo(rule)
              && rule.to().filter(to -> ofVpc(to) && nobodys(to)).isPresent();
      case HostRules.MARKED ->
          rule.equals(Rule.marked(rule.v6(), HostRules.MARKED, rule.mark(), Route.MAIN))
              && marks.contains(rule.mark());
      case HostRules.EXTERNAL_SERVICE -> rule.table() == Route.MAIN && onlyTo(rule);
      case HostSide.FROM_POD -> staleFromPod(rule);
      case DesiredEni.FROM_ENI -> ofFormerEni(rule);
      default -> false;
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
    int vlanId = rule.table() - HostSide.branchTable(0);
    var link = rule.iif().orElse("");
    return rule.equals(Rule.iif(rule.v6(), HostSide.BRANCH, link, rule.table()))
        && vlanId > 0
        && (link.equals(HostSide.vlanLink(vlanId)) || STRICT_VETH.matcher(link).matches())
        && view.named(link).isEmpty();
  }

  /** A rule to everything is one to the block /0. */
  private static boolean onlyTo(Rule rule) {
    var to = rule.to().orElse(Cidr.parse(rule.v6() ? "::/0" : "0.0.0.0/0"));
    return rule.equals(Rule.to(rule.priority(), to, rule.table()));
  }

  private boolean ofVpc(Cidr block) {
    return blocks().anyMatch(ours -> ours.contains(block)) || pods.contains(block.network());
  }

  private Stream<Cidr> blocks() {
    return Stream.concat(
        host.cidrs().vpc().stream(), host.enis().stream().map(SecondaryEni::subnet));
  }

  private boolean nobodys(Cidr block) {
    return block.single() && !pods.contains(block.network()) && !live.contains(block.network());
  }

  /**
   * A desired pod has exactly one such rule; others are of an older layout, which had one for each
   * block of the VPC, or name another table of ours.
   */
  private boolean staleFromPod(Rule rule) {
    if (rule.from().isEmpty() || !rule.from().get().single()) {
      return false;
    }
    var from = rule.from().get();
    var plain =
        new Rule(
            rule.v6(),
            rule.priority(),
            rule.from(),
            rule.to(),
            Optional.empty(),
            0,
            0,
            0,
            rule.table(),
            false);
    return rule.equals(plain)
        && !unplaced.contains(from.network())
        && ofVpc(from)
        && rule.to().stream().allMatch(this::ofVpc)
        && ofOurs(rule.table())
        && (pods.contains(from.network()) || nobodys(from));
  }

  /** Tells whether a table is an ENI's or leads nowhere, as that of an ENI which is gone. */
  private boolean ofOurs(int table) {
    return tables.contains(table)
        || (table != Route.LOCAL
            && table != DEFAULT_TABLE
            && view.routes().stream()
                .filter(route -> route.table() == table)
                .allMatch(this::overOurLink));
  }

  private boolean overOurLink(Route route) {
    return view.link(route.link()).filter(this::isOurs).isPresent();
  }

  private boolean isOurs(Link link) {
    return link.name().startsWith(HostSide.VLAN_PREFIX)
        || link.mac()
            .filter(mac -> host.enis().stream().anyMatch(eni -> eni.mac().equals(mac)))
            .isPresent();
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
            || (ofVpc(from)
                && rule.table() < DEFAULT_TABLE
                && view.addresses().stream().noneMatch(a -> a.ip().equals(from.network()))
                && view.routes().stream().noneMatch(route -> route.table() == rule.table())));
  }
}
