package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Kernel.Wired;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.kernel.DesiredObject;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netns.Namespaces;
import io.vpccni.netprog.pod.VethPair.Made;
import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** Makes one attempt to attach a pod. Everything that it has made is removed again if it fails. */
final class AttachAttempt {
  private final PodState pod;
  private final NetlinkSocket host;
  private final NetlinkSocket inside;
  private final Namespaces namespaces;
  private final FileDescriptor namespace;
  private final LinkSysctls sysctls;
  private final RandomGenerator random;
  private final Rollback undo = new Rollback();
  private List<Made> pairs = List.of();

  /**
   * Prepares an attempt.
   *
   * @param namespace the pod's namespace, in which {@code inside} is a socket
   */
  AttachAttempt(
      PodState pod,
      NetlinkSocket host,
      NetlinkSocket inside,
      Namespaces namespaces,
      FileDescriptor namespace,
      LinkSysctls sysctls,
      RandomGenerator random) {
    this.pod = pod;
    this.host = host;
    this.inside = inside;
    this.namespaces = namespaces;
    this.namespace = namespace;
    this.sysctls = sysctls;
    this.random = random;
  }

  List<Wired> run() throws Refusal {
    try {
      pairs = new VethPairs(host, inside, namespaces.home(), random).of(pod, undo);
      sysctls.onHost(pairs);
      hostSide(links());
      podSysctls();
      podSide();
      settle();
      return pairs.stream().map(AttachAttempt::wired).toList();
    } catch (NetlinkFailed e) {
      throw undone(e.errno(), e);
    } catch (SystemCallFailed e) {
      throw undone(e.errno(), e);
    } catch (Refusal | RuntimeException e) {
      undo.run(what());
      throw e;
    }
  }

  private static Wired wired(Made made) {
    return new Wired(made.pair().inPod(), made.pair().onHost(), made.podMac(), made.hostMac());
  }

  private Refusal undone(int errno, Exception why) {
    undo.run(what());
    return new Refusal(Refusal.Kind.FAILED, what() + ": " + why.getMessage(), errno, why);
  }

  private String what() {
    return "attach pod " + pod.podNamespace() + "/" + pod.podName();
  }

  /** Returns the indexes of the pod's links on the host, by name. */
  private Map<String, Integer> links() throws NetlinkFailed, SystemCallFailed {
    var links = new HashMap<String, Integer>();
    pairs.forEach(made -> links.put(made.pair().onHost(), made.onHost()));
    if (pod.branchEni().isPresent()) {
      var branch = pod.branchEni().get();
      links.put(
          HostSide.vlanLink(branch.vlanId()), new BranchLink(host, sysctls).make(branch, undo));
    }
    return links;
  }

  private void hostSide(Map<String, Integer> links) throws NetlinkFailed, SystemCallFailed {
    if (pod.egress().filter(egress -> !egress.ip().v6()).isPresent()) {
      sysctls.forwardIpv4();
    }
    var desired = HostSide.of(pod, new MadeLinks(links));
    // A repeated attempt makes only what is missing, so that no needless change is reported.
    var todo = fresh() ? desired : missing(desired, KernelView.ofHost(host));
    var first =
        pairs.stream()
            .filter(made -> made.pair().v6() && !made.up())
            // This gives the link-local address at once, and the one that the pod's routes name.
            .map(made -> Link.setEui64(made.onHost()))
            .toList();
    make(host, first, todo);
  }

  /** Finds the links that this attempt has made or found. */
  private record MadeLinks(Map<String, Integer> numbers) implements HostSide.Links {
    @Override
    public OptionalInt named(String name) {
      var number = numbers.get(name);
      return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** Finds nothing, because the VLAN link that would need it is made already. */
    @Override
    public OptionalInt withMac(Mac mac) {
      return OptionalInt.empty();
    }
  }

  private boolean fresh() {
    return pairs.stream().allMatch(Made::fresh);
  }

  private static List<DesiredObject> missing(List<DesiredObject> desired, KernelView view) {
    return desired.stream().filter(item -> !item.in(view)).toList();
  }

  /**
   * Makes the objects. Routes, addresses and neighbours go with their links when the attempt fails,
   * but rules have to be removed.
   */
  private void make(NetlinkSocket socket, List<Request> first, List<DesiredObject> todo)
      throws NetlinkFailed {
    var batch = new ArrayList<>(first);
    todo.forEach(item -> batch.add(item.request()));
    undo.requests(socket, removals(todo));
    var outcomes = socket.exchange(batch);
    var made = new ArrayList<DesiredObject>();
    for (int i = 0; i < todo.size(); i++) {
      if (outcomes.get(first.size() + i).done()) {
        made.add(todo.get(i));
      }
    }
    undo.insteadOfLast(socket, removals(made));
    Outcome.demand(outcomes);
  }

  private static List<Request> removals(List<DesiredObject> desired) {
    var removals = new ArrayList<Request>();
    for (var item : desired) {
      if (item instanceof DesiredObject.RulePresent(var rule)) {
        removals.add(rule.delete());
      }
    }
    return removals;
  }

  private void podSysctls() throws Refusal {
    var ipv6 = pairs.stream().filter(made -> made.pair().v6()).toList();
    if (ipv6.isEmpty()) {
      return;
    }
    boolean egress = pod.egress().filter(found -> found.ip().v6()).isPresent();
    var _ =
        namespaces.inside(
            namespace,
            () -> {
              sysctls.inPod(ipv6, egress ? List.of(pod.ifName()) : List.of());
              return true;
            });
  }

  private void podSide() throws NetlinkFailed {
    boolean v6 = pod.interfaces().getFirst().ip().v6();
    var routes = PodSide.isFirst(pod) ? List.<Route>of() : Route.list(inside, v6);
    var role = PodSide.role(pod, pairs, routes);
    var desired = PodSide.of(pod, pairs, role);
    make(inside, List.of(), fresh() ? desired : missing(desired, KernelView.read(inside)));
  }

  /**
   * Makes the kernel notice that both ends are up. The host's end went up first and drops packets
   * until the kernel's link watcher notices the pod's end, which can take long on a busy node.
   * Asking for the link makes it look now (since Linux 6.8; before, nothing can).
   */
  private void settle() throws NetlinkFailed {
    var _ =
        host.exchange(
            pairs.stream()
                .filter(Made::fresh)
                .map(made -> Link.byName(made.pair().onHost()))
                .toList());
  }
}
