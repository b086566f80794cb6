package io.vpccni.netprog.kernel;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Neighbour;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A view is a snapshot of a network namespace: its links, addresses, routes, rules and neighbours.
 * The parts are read one after the other, so a change meanwhile may show in some of them only.
 */
public final class KernelView {
  private final Map<Integer, Link> links = new TreeMap<>();
  private final Map<String, Link> names = new HashMap<>();
  private final Set<Address> addresses;
  private final List<Route> routes;
  private final List<Route> localRoutes;
  private final Set<Route> routeKeys = new HashSet<>();
  private final List<Rule> ruleList;
  private final Set<Rule> rules;
  private final Set<Neighbour> neighbours;

  public KernelView(
      Collection<Link> links,
      Collection<Address> addresses,
      Collection<Route> routes,
      Collection<Rule> rules,
      Collection<Neighbour> neighbours) {
    for (var link : links) {
      this.links.put(link.index(), link);
      names.put(link.name(), link);
    }
    this.addresses = new LinkedHashSet<>(addresses);
    this.routes = routes.stream().filter(route -> route.table() != Route.LOCAL).toList();
    localRoutes = routes.stream().filter(route -> route.table() == Route.LOCAL).toList();
    this.routes.forEach(route -> routeKeys.add(route.key()));
    ruleList = List.copyOf(rules);
    this.rules = new HashSet<>(rules);
    this.neighbours = new HashSet<>(neighbours);
  }

  /** Reads everything of both families. */
  public static KernelView read(NetlinkSocket socket) throws NetlinkFailed {
    var neighbours = new ArrayList<>(Neighbour.list(socket, false));
    neighbours.addAll(Neighbour.list(socket, true));
    return read(socket, neighbours);
  }

  /** Reads everything but neighbours. None are desired on the host, which has many of its own. */
  public static KernelView ofHost(NetlinkSocket socket) throws NetlinkFailed {
    return read(socket, List.of());
  }

  private static KernelView read(NetlinkSocket socket, List<Neighbour> neighbours)
      throws NetlinkFailed {
    var addresses = new ArrayList<Address>();
    var routes = new ArrayList<Route>();
    var rules = new ArrayList<Rule>();
    for (var v6 : List.of(false, true)) {
      addresses.addAll(Address.list(socket, v6));
      routes.addAll(Route.list(socket, v6));
      rules.addAll(Rule.list(socket, v6));
    }
    return new KernelView(Link.list(socket), addresses, routes, rules, neighbours);
  }

  /** Returns all links in the order of their indexes. */
  public Collection<Link> links() {
    return links.values();
  }

  public Optional<Link> link(int index) {
    return Optional.ofNullable(links.get(index));
  }

  public Optional<Link> named(String name) {
    return Optional.ofNullable(names.get(name));
  }

  /** Returns the link of the ENI with this MAC, as {@link EniLinks} finds it. */
  public Optional<Link> withMac(Mac mac) {
    return EniLinks.withMac(links.values(), mac);
  }

  public Set<Address> addresses() {
    return addresses;
  }

  /** Returns the routes of all tables but the local one. */
  public List<Route> routes() {
    return routes;
  }

  /** Returns the routes of the local table, which name what the host itself takes packets for. */
  public List<Route> localRoutes() {
    return localRoutes;
  }

  /** Tells whether the route is there, whoever made it. */
  public boolean has(Route route) {
    return routeKeys.contains(route.key());
  }

  public Set<Rule> rules() {
    return rules;
  }

  /** Returns the rules in the order in which the kernel evaluates them, including duplicates. */
  public List<Rule> ruleList() {
    return ruleList;
  }

  public Set<Neighbour> neighbours() {
    return neighbours;
  }
}
