package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.Departure;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.Kernel.HostApplied;
import io.vpccni.netprog.desired.Kernel.HostVeth;
import io.vpccni.netprog.desired.Kernel.Wired;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.host.HostPlan;
import io.vpccni.netprog.host.HostSysctls;
import io.vpccni.netprog.host.Plan;
import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netns.Namespaces;
import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.pod.PodRemoval;
import io.vpccni.netprog.pod.PodWiring;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.wish.View;
import io.vpccni.rpc.address.Ip;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wished state, and what is done to reach it. Only the owner's thread comes here. */
final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** Changes bring changes of the kernel's own; more rounds than this mean a fight. */
  private static final int ROUNDS = 4;

  private record PodKey(String containerId, String ifName) {}

  private final NetlinkSocket socket;
  private final PodWiring wiring;
  private final PodRemoval removal;
  private final HostSysctls hostSysctls;
  private final InstantSource clock;
  private final Consumer<Event> events;

  private @Nullable HostState host;
  private final Map<PodKey, PodState> pods = new LinkedHashMap<>();
  private final Map<Integer, Link> dying = new HashMap<>();
  private final Set<Ip> formerEnis = new HashSet<>();
  private final Map<Integer, String> knownLinks = new HashMap<>();
  private final Fights fights = new Fights();
  private String lastFailure = "";

  Node(
      NetlinkSocket socket,
      Namespaces namespaces,
      Sysctls sysctls,
      InstantSource clock,
      Consumer<Event> events) {
    this.socket = socket;
    this.clock = clock;
    this.events = events;
    wiring = new PodWiring(socket, namespaces, sysctls, new SecureRandom());
    removal = new PodRemoval(socket);
    hostSysctls = new HostSysctls(sysctls);
  }

  /**
   * @param primaryInterface name of the primary ENI's link
   */
  record Applied(HostApplied host, String primaryInterface) {}

  View view() throws Refusal {
    try {
      return View.ofHost(socket);
    } catch (NetlinkFailed e) {
      throw failed(e);
    }
  }

  private static Refusal failed(NetlinkFailed e) {
    return new Refusal(Refusal.Kind.FAILED, String.valueOf(e.getMessage()), e.errno(), e);
  }

  /**
   * The whole wish.
   *
   * @return links that were promised to be deleted and are there
   */
  List<Link> wish(HostState wished, List<PodState> wishedPods, List<String> deletions)
      throws Refusal {
    wish(wished);
    pods.clear();
    wishedPods.forEach(pod -> pods.put(key(pod), pod));
    var view = view();
    var inUse = new HashSet<String>();
    wishedPods.forEach(pod -> inUse.addAll(veths(pod)));
    var found = new ArrayList<Link>();
    var gone = new ArrayList<String>();
    for (var name : deletions) {
      var link = view.named(name).filter(Link::isVeth);
      // A new pod of the same name has finished the deletion when it was attached.
      if (link.isEmpty() || inUse.contains(name)) {
        gone.add(name);
      } else {
        found.add(link.get());
      }
    }
    if (!gone.isEmpty()) {
      events.accept(new Event.VethsDeleted(gone));
    }
    found.forEach(link -> dying.put(link.index(), link));
    return found;
  }

  void wish(HostState wished) {
    if (host != null) {
      host.enis().stream().map(SecondaryEni::primaryIp).forEach(formerEnis::add);
    }
    wished.enis().stream().map(SecondaryEni::primaryIp).forEach(formerEnis::remove);
    host = wished;
    fights.forget();
  }

  private static PodKey key(PodState pod) {
    return new PodKey(pod.containerId(), pod.ifName());
  }

  private static List<String> veths(PodState pod) {
    var names = new ArrayList<>(pod.interfaces().stream().map(PodInterface::hostVeth).toList());
    pod.egress().ifPresent(egress -> names.add(egress.hostVeth()));
    return names;
  }

  static List<Ip> addresses(Departure pod) {
    var addresses = new ArrayList<>(pod.interfaces().stream().map(PodInterface::ip).toList());
    pod.egress().ifPresent(egress -> addresses.add(egress.ip()));
    return addresses;
  }

  /** Makes the node as wished. */
  Applied apply() throws Refusal {
    var wished = wishedHost();
    int done = 0;
    try {
      var view = View.ofHost(socket);
      var plan = plan(wished, view);
      for (int round = 0; round < ROUNDS && !plan.changes().isEmpty(); round++) {
        var outcomes = exchange(plan.changes());
        done += (int) outcomes.stream().filter(Outcome::done).count();
        Outcome.demand(outcomes);
        view = View.ofHost(socket);
        plan = plan(wished, view);
      }
      var primary =
          view.withMac(wished.primaryMac())
              .orElseThrow(
                  () ->
                      new Refusal(
                          Refusal.Kind.FAILED,
                          "no link has the primary ENI's MAC " + wished.primaryMac()));
      done += hostSysctls.apply(wished, primary.name());
      return new Applied(new HostApplied(plan.tables(), plan.missing(), done, ""), primary.name());
    } catch (NetlinkFailed e) {
      throw failed(e);
    } catch (SystemCallFailed e) {
      throw new Refusal(Refusal.Kind.FAILED, String.valueOf(e.getMessage()), e.errno(), e);
    }
  }

  private HostState wishedHost() {
    if (host == null) {
      throw new IllegalStateException("no wish yet");
    }
    return host;
  }

  private Plan plan(HostState wished, View view) {
    return HostPlan.of(wished, pods.values(), formerEnis, dying.keySet(), view);
  }

  private List<Outcome> exchange(Collection<Change> changes) throws NetlinkFailed {
    return socket.exchange(changes.stream().map(Change::request).toList());
  }

  List<Wired> attach(PodState pod) throws Refusal {
    var wired = wiring.attach(pod);
    pods.put(key(pod), pod);
    return wired;
  }

  /** Gives the links that are left. */
  List<Link> detach(Departure pod) throws Refusal {
    pods.remove(new PodKey(pod.containerId(), pod.ifName()));
    var inUse = new HashSet<Ip>();
    pods.values().forEach(other -> inUse.addAll(addresses(Departure.of(other))));
    var veths = new HashSet<String>();
    pods.values().forEach(other -> veths.addAll(veths(other)));
    try {
      var links =
          removal.detach(pod, inUse).stream().filter(link -> !veths.contains(link.name())).toList();
      links.forEach(link -> dying.put(link.index(), link));
      return links;
    } catch (NetlinkFailed e) {
      throw failed(e);
    }
  }

  /** Names of the veths among them. */
  List<String> reaped(List<Link> links) {
    links.forEach(link -> dying.remove(link.index()));
    return links.stream().filter(Link::isVeth).map(Link::name).toList();
  }

  List<String> check(PodState pod) throws Refusal {
    return wiring.check(pod, view());
  }

  /** Host ends of pods, whoever made them. */
  List<HostVeth> veths() throws Refusal {
    var view = view();
    var veths = new ArrayList<HostVeth>();
    for (var link : view.links()) {
      if (link.isVeth() && (host == null || !isEni(host, link))) {
        var routed =
            view.routes().stream()
                .filter(route -> route.link() == link.index() && route.to().single())
                .filter(route -> route.protocol() != Route.KERNEL)
                .map(route -> route.to().network().toString())
                .distinct()
                .toList();
        veths.add(new HostVeth(link.name(), routed));
      }
    }
    return veths;
  }

  /** Whether something happened that the wish may have to do with. */
  boolean concerns(Watcher.Happened happened) {
    var wished = host;
    if (wished == null) {
      return false;
    }
    boolean concerned = happened.drift();
    for (var link : happened.seen().values()) {
      concerned |= !link.isVeth() || (!link.up() && isPods(link.name()) && stillDown(link));
      if (!link.isVeth() || isEni(wished, link)) {
        concerned = true;
        if (!link.name().equals(knownLinks.put(link.index(), link.name()))) {
          tell(link, true);
        }
      }
    }
    for (var link : happened.removed().values()) {
      if (knownLinks.remove(link.index()) != null || isPods(link.name())) {
        tell(link, false);
        concerned = true;
      }
    }
    return concerned;
  }

  /** Each new link is told as down first: by now it may be up, and then nothing is wrong. */
  private boolean stillDown(Link link) {
    try {
      var now = Link.of(socket.exchange(List.of(Link.byName(link.name()))).getFirst());
      return now.filter(found -> !found.up()).isPresent();
    } catch (NetlinkFailed e) {
      return true;
    }
  }

  private void tell(Link link, boolean present) {
    link.mac().ifPresent(mac -> events.accept(new Event.LinkChanged(link.name(), mac, present)));
  }

  private boolean isPods(String name) {
    return pods.values().stream().anyMatch(pod -> veths(pod).contains(name));
  }

  /** In tests and simulations, ENIs are veths too. */
  private static boolean isEni(HostState wished, Link link) {
    return link.mac()
        .filter(
            mac ->
                mac.equals(wished.primaryMac())
                    || wished.enis().stream().anyMatch(eni -> mac.equals(eni.mac())))
        .isPresent();
  }

  /** Looks at everything and puts back what is not as wished. */
  void repair() {
    var wished = host;
    if (wished == null) {
      return;
    }
    try {
      var counts = new TreeMap<String, Integer>();
      var contested = new TreeMap<String, String>();
      for (int round = 0; round < ROUNDS; round++) {
        var view = View.ofHost(socket);
        var due = fights.due(plan(wished, view).changes(), clock.instant());
        if (due.isEmpty()) {
          break;
        }
        var outcomes = exchange(due);
        for (int i = 0; i < due.size(); i++) {
          var change = due.get(i);
          if (outcomes.get(i).done()) {
            counts.merge(change.kind(), 1, Integer::sum);
            if (fights.contested(change)) {
              contested.put(change.kind(), change.why());
            }
          }
        }
        Outcome.demand(outcomes);
      }
      var primary = view().withMac(wished.primaryMac());
      int sysctls = primary.isPresent() ? hostSysctls.apply(wished, primary.get().name()) : 0;
      if (sysctls > 0) {
        counts.put("sysctl", sysctls);
      }
      counts.forEach(
          (kind, count) ->
              events.accept(
                  new Event.Repaired(
                      kind,
                      count,
                      contested.containsKey(kind),
                      Optional.ofNullable(contested.get(kind))
                          .map(why -> "another program keeps undoing it: " + why)
                          .orElse(""))));
      lastFailure = "";
    } catch (NetlinkFailed | SystemCallFailed | Refusal e) {
      complain(String.valueOf(e.getMessage()));
    }
  }

  private void complain(String why) {
    if (!why.equals(lastFailure)) {
      lastFailure = why;
      LOG.atWarn().addKeyValue("why", why).log("repair failed, trying again later");
    }
  }
}
