package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel.Attached;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.Kernel.HostApplied;
import io.vpccni.netprog.desired.Kernel.HostVeth;
import io.vpccni.netprog.desired.Kernel.Listed;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.host.FormerState;
import io.vpccni.netprog.host.HostPlanner;
import io.vpccni.netprog.host.HostSysctls;
import io.vpccni.netprog.host.Plan;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netns.Namespaces;
import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.pod.LinkSysctls;
import io.vpccni.netprog.pod.PodCheck;
import io.vpccni.netprog.pod.PodRemoval;
import io.vpccni.netprog.pod.PodWiring;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.rpc.time.ElapsedClock;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds the desired state and brings the kernel into it. Only the kernel thread comes here. */
final class Node {
  private final PlanExecutor executor;
  private final PodWiring wiring;
  private final PodCheck check;
  private final PodRemoval removal;
  private final HostSysctls hostSysctls;
  private final Repairs repairs;
  private final LinkEvents linkEvents;
  private final Consumer<Event> events;

  private @Nullable HostState host;
  private final DesiredPods pods = new DesiredPods();
  private final HostAddresses hostAddresses = new HostAddresses();
  private final Map<Integer, Link> beingDeleted = new HashMap<>();
  private FormerState former = FormerState.NONE;

  Node(
      NetlinkSocket socket,
      NetlinkSocket.Opener sockets,
      Namespaces namespaces,
      Sysctls sysctls,
      ElapsedClock clock,
      Consumer<Event> events) {
    this.events = events;
    executor = new PlanExecutor(socket, new LinkSysctls(sysctls));
    wiring = new PodWiring(socket, sockets, namespaces, sysctls, new SecureRandom());
    check = new PodCheck(namespaces, sockets);
    removal = new PodRemoval(socket);
    hostSysctls = new HostSysctls(sysctls);
    repairs = new Repairs(executor, hostSysctls, clock, events);
    linkEvents = new LinkEvents(socket, events);
  }

  /**
   * Tells what applying the host's state has led to.
   *
   * @param primaryInterface name of the primary ENI's link
   */
  record Applied(HostApplied host, String primaryInterface) {}

  /** Returns the desired host, which is empty before the first Sync. */
  Optional<HostState> host() {
    return Optional.ofNullable(host);
  }

  DesiredPods pods() {
    return pods;
  }

  KernelView view() throws Refusal {
    try {
      return executor.view();
    } catch (NetlinkFailed e) {
      throw failed(e);
    }
  }

  private static Refusal failed(NetlinkFailed e) {
    return new Refusal(Refusal.Kind.FAILED, String.valueOf(e.getMessage()), e.errno(), e);
  }

  /**
   * Replaces the whole desired state.
   *
   * @param deletions names of host veths whose deletion was promised earlier
   * @return those of them that are present and have to be deleted
   */
  List<Link> setDesired(HostState desired, List<PodState> desiredPods, List<String> deletions)
      throws Refusal {
    setDesired(desired);
    pods.become(desiredPods);
    var view = view();
    var found = new ArrayList<Link>();
    var gone = new ArrayList<String>();
    for (var name : deletions) {
      var link = view.named(name).filter(Link::isVeth);
      // Attaching a new pod of the same name has deleted the old link.
      if (link.isEmpty() || pods.hasVeth(name)) {
        gone.add(name);
      } else {
        found.add(link.get());
      }
    }
    if (!gone.isEmpty()) {
      events.accept(new Event.VethsDeleted(gone));
    }
    found.forEach(link -> beingDeleted.put(link.index(), link));
    return found;
  }

  void setDesired(HostState desired) {
    if (host != null) {
      former = former.and(host);
    }
    former = former.without(desired);
    host = desired;
    repairs.forget();
  }

  /** Takes over the tables of pods whose tables were not known; others are passed over. */
  void place(List<PodState> told) throws Refusal {
    if (host == null) {
      throw new Refusal(Refusal.Kind.INVALID, "no pod is desired before the first Sync");
    }
    told.forEach(pods::place);
  }

  /** Learns connection marks that were found in rules of ours, and removes what is left of them. */
  void rememberMarks(Set<Integer> marks) {
    if (!former.marks().containsAll(marks)) {
      former = former.withMarks(marks);
      repair();
    }
  }

  /** Brings the host into the desired state and tells what has changed. */
  Applied apply() throws Refusal {
    var desired = host().orElseThrow(() -> new IllegalStateException("no desired state yet"));
    int done = 0;
    try {
      var view = executor.view();
      var plan = plan(desired, view);
      for (int round = 0; round < PlanExecutor.ROUNDS && !plan.changes().isEmpty(); round++) {
        var outcomes = executor.make(plan.changes());
        done += (int) outcomes.stream().filter(Outcome::done).count();
        executor.demand(plan.changes(), outcomes);
        view = executor.view();
        plan = plan(desired, view);
      }
      var primary =
          view.withMac(desired.primary().mac())
              .orElseThrow(
                  () ->
                      new Refusal(
                          Refusal.Kind.FAILED,
                          "no link has the primary ENI's MAC "
                              + desired.primary().mac()
                              + ": is this the node's own network namespace (hostNetwork)?"));
      done += hostSysctls.apply(desired, primary.name());
      return new Applied(new HostApplied(plan.tables(), plan.missing(), done, ""), primary.name());
    } catch (NetlinkFailed e) {
      throw failed(e);
    } catch (SystemCallFailed e) {
      throw new Refusal(Refusal.Kind.FAILED, String.valueOf(e.getMessage()), e.errno(), e);
    }
  }

  private Plan plan(HostState desired, KernelView view) {
    return HostPlanner.of(desired, pods.all(), former, beingDeleted.keySet(), view);
  }

  Attached attach(PodState pod) throws Refusal {
    var rival = pods.rivalOf(pod);
    if (rival.isPresent()) {
      throw new Refusal(
          Refusal.Kind.FAILED,
          "attach pod %s/%s %s: a host veth of this name is that of pod %s/%s, interface %s"
              .formatted(
                  pod.podNamespace(),
                  pod.podName(),
                  pod.ifName(),
                  rival.get().podNamespace(),
                  rival.get().podName(),
                  rival.get().ifName()),
          Errno.EEXIST,
          null);
    }
    try {
      removal.finish(pod, beingDeleted.values()).forEach(link -> beingDeleted.remove(link.index()));
    } catch (NetlinkFailed e) {
      throw failed(e);
    }
    var attached = wiring.attach(pod);
    pods.put(pod);
    return attached;
  }

  /** Removes a pod and returns the links that are left to delete. */
  List<Link> detach(DetachedPod pod) throws Refusal {
    pods.remove(pod);
    try {
      var links = removal.detach(pod, pods.inUse());
      links.forEach(link -> beingDeleted.put(link.index(), link));
      return links;
    } catch (NetlinkFailed e) {
      throw failed(e);
    }
  }

  /** Takes note that the links are gone, and returns the names of the veths among them. */
  List<String> deleted(List<Link> links) {
    links.forEach(link -> beingDeleted.remove(link.index()));
    return links.stream().filter(Link::isVeth).map(Link::name).toList();
  }

  List<String> check(PodState pod) throws Refusal {
    return check.of(pod, view());
  }

  /** Lists the host ends of pods and the host's own addresses, whoever made them. */
  Listed list() throws Refusal {
    var view = view();
    return new Listed(veths(view), hostAddresses.in(view, host()));
  }

  private List<HostVeth> veths(KernelView view) {
    var veths = new ArrayList<HostVeth>();
    for (var link : view.links()) {
      if (link.isVeth() && host().filter(known -> LinkEvents.isEni(known, link)).isEmpty()) {
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

  /** Has the kernel answer a question about a link. */
  void probe() throws Refusal {
    try {
      executor.probe();
    } catch (NetlinkFailed e) {
      throw failed(e);
    }
  }

  /** Tells whether the changes may concern the desired state. */
  boolean concerns(NetlinkMonitor.Summary summary) {
    return host().filter(desired -> linkEvents.concerns(summary, desired, pods)).isPresent();
  }

  /** Compares everything with the desired state and repairs what differs. */
  void repair() {
    host().ifPresent(desired -> repairs.run(desired, view -> plan(desired, view)));
  }
}
