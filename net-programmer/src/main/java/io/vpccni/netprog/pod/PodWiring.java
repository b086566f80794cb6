package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Kernel.Wired;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.netns.Namespaces;
import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.pod.Pair.Made;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.wish.View;
import io.vpccni.netprog.wish.Wanted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Makes a pod's links and what belongs to them, on both ends. An attempt that fails is undone. For
 * one thread, the one that owns the host's socket.
 */
public final class PodWiring {
  private final NetlinkSocket host;
  private final Namespaces namespaces;
  private final Sysctls sysctls;
  private final RandomGenerator random;

  public PodWiring(
      NetlinkSocket host, Namespaces namespaces, Sysctls sysctls, RandomGenerator random) {
    this.host = host;
    this.namespaces = namespaces;
    this.sysctls = sysctls;
    this.random = random;
  }

  /**
   * Makes all of it; repeated, it makes what is missing.
   *
   * @throws Refusal after everything that this attempt had made is undone
   */
  public List<Wired> attach(PodState pod) throws Refusal {
    var path =
        pod.netns()
            .orElseThrow(() -> new Refusal(Refusal.Kind.INVALID, "attach without a netns path"));
    try (var namespace = namespaces.open(path);
        var inside = namespaces.inside(namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE))) {
      return new Attempt(pod, namespace, inside).run();
    }
  }

  /** One attempt to attach and what it has made so far. */
  private final class Attempt {
    private final PodState pod;
    private final FileDescriptor namespace;
    private final NetlinkSocket inside;
    private final List<Made> pairs = new ArrayList<>();
    private final List<Request> undo = new ArrayList<>();

    Attempt(PodState pod, FileDescriptor namespace, NetlinkSocket inside) {
      this.pod = pod;
      this.namespace = namespace;
      this.inside = inside;
    }

    List<Wired> run() throws Refusal {
      try {
        makePairs();
        branchLink();
        hostSide();
        podSysctls();
        podSide();
        settle();
        return pairs.stream()
            .map(
                made ->
                    new Wired(
                        made.pair().inPod(), made.pair().onHost(), made.podMac(), made.hostMac()))
            .toList();
      } catch (NetlinkFailed e) {
        undo();
        throw new Refusal(Refusal.Kind.FAILED, describe(e.getMessage()), e.errno(), e);
      } catch (SystemCallFailed e) {
        undo();
        throw new Refusal(Refusal.Kind.FAILED, describe(e.getMessage()), e.errno(), e);
      } catch (Refusal | RuntimeException e) {
        undo();
        throw e;
      }
    }

    private String describe(@org.jspecify.annotations.Nullable String why) {
      return "attach pod " + pod.podNamespace() + "/" + pod.podName() + ": " + why;
    }

    private void makePairs() throws NetlinkFailed, Refusal {
      var wished = Pair.of(pod);
      var macs = wished.stream().map(_ -> localMac()).toList();
      var batch = new ArrayList<Request>();
      for (int i = 0; i < wished.size(); i++) {
        batch.addAll(creation(wished.get(i), macs.get(i)));
      }
      var outcomes = inside.exchange(batch);
      for (int i = 0; i < wished.size(); i++) {
        var created = outcomes.get(2 * i);
        var found = outcomes.get(2 * i + 1);
        pairs.add(
            created.errno() == Errno.EEXIST
                ? existing(wished.get(i), macs.get(i), Link.of(found))
                : made(wished.get(i), macs.get(i), created, found));
      }
    }

    private List<Request> creation(Pair pair, Mac hostMac) {
      var here = new Link.End(pair.inPod(), Optional.empty());
      // Set at creation: udev and systemd leave a chosen MAC alone, and the pod's neighbour entry
      // depends on it.
      var there = new Link.End(pair.onHost(), Optional.of(hostMac));
      return List.of(
          Link.createVeth(here, there, namespaces.home().number(), pod.mtu()),
          Link.byName(pair.inPod()));
    }

    private Made made(Pair pair, Mac hostMac, Outcome created, Outcome found) throws NetlinkFailed {
      Outcome.demand(List.of(created));
      var link = Link.of(found).orElseThrow(found::failure);
      undo.add(Link.delete(link.peer()).tolerating(Errno.ENODEV));
      return new Made(
          pair, link.index(), link.peer(), link.mac().orElse(new Mac(0)), hostMac, true, false);
    }

    /** A name is taken: by an earlier attempt for the same pod, or by a former pod of that name. */
    private Made existing(Pair pair, Mac hostMac, Optional<Link> inPod)
        throws NetlinkFailed, Refusal {
      var onHost = Link.of(host.exchange(List.of(Link.byName(pair.onHost()))).getFirst());
      if (inPod.isPresent()) {
        var link = inPod.get();
        var end =
            onHost.filter(other -> other.index() == link.peer() && other.peer() == link.index());
        if (end.isEmpty()) {
          throw new Refusal(
              Refusal.Kind.FAILED,
              describe(
                  pair.inPod() + " exists already and is not the other end of " + pair.onHost()),
              Errno.EEXIST,
              null);
        }
        return new Made(
            pair,
            link.index(),
            link.peer(),
            link.mac().orElse(new Mac(0)),
            end.get().mac().orElse(new Mac(0)),
            false,
            end.get().up());
      }
      if (onHost.isPresent()) {
        host.run(List.of(Link.delete(onHost.get().index()).tolerating(Errno.ENODEV)));
      }
      var again = inside.exchange(creation(pair, hostMac));
      return made(pair, hostMac, again.get(0), again.get(1));
    }

    /** Locally administered and unicast; 46 random bits do not meet twice on a node. */
    private Mac localMac() {
      var bytes = new byte[6];
      random.nextBytes(bytes);
      bytes[0] = (byte) ((bytes[0] | 0x02) & 0xfe);
      return Mac.of(bytes);
    }

    private void branchLink() throws NetlinkFailed, SystemCallFailed, Refusal {
      if (pod.branchEni().isEmpty()) {
        return;
      }
      var branch = pod.branchEni().get();
      var name = OnHost.vlanLink(branch.vlanId());
      var found = Link.of(host.exchange(List.of(Link.byName(name))).getFirst());
      if (found.flatMap(Link::mac).filter(branch.mac()::equals).isPresent()) {
        return;
      }
      if (found.isPresent()) {
        host.run(List.of(Link.delete(found.get().index()).tolerating(Errno.ENODEV)));
      }
      var trunk =
          Link.list(host).stream()
              .filter(link -> link.mac().filter(branch.trunkMac()::equals).isPresent())
              .filter(link -> !link.kind().equals("vlan"))
              .findFirst()
              .orElseThrow(
                  () ->
                      new Refusal(
                          Refusal.Kind.FAILED,
                          describe("no link has the trunk ENI's MAC " + branch.trunkMac()),
                          Errno.ENODEV,
                          null));
      host.run(List.of(Link.createVlan(name, trunk.index(), branch.vlanId(), branch.mac())));
      var made = Link.of(host.exchange(List.of(Link.byName(name))).getFirst());
      made.ifPresent(link -> undo.add(Link.delete(link.index()).tolerating(Errno.ENODEV)));
      refuseAdvertisements(name);
    }

    private void hostSide() throws NetlinkFailed, SystemCallFailed {
      var links = new HashMap<String, Integer>();
      var batch = new ArrayList<Request>();
      for (var made : pairs) {
        links.put(made.pair().onHost(), made.onHost());
        // Before the link is up: what the pod advertises must never be taken for a router. Also of
        // a
        // pair that is there: its making may have been cut short.
        refuseAdvertisements(made.pair().onHost());
        if (v6(made)) {
          sysctls.set(ipv6(made.pair().onHost(), "accept_dad"), "0");
          if (!made.up()) {
            // Link-local at once, and the one that the pod's routes name.
            batch.add(Link.setEui64(made.onHost()));
          }
        }
      }
      if (pod.egress().filter(egress -> !egress.ip().v6()).isPresent()) {
        sysctls.set("net/ipv4/ip_forward", "1");
      }
      if (pod.branchEni().isPresent()) {
        var vlan = OnHost.vlanLink(pod.branchEni().get().vlanId());
        Link.of(host.exchange(List.of(Link.byName(vlan))).getFirst())
            .ifPresent(link -> links.put(vlan, link.index()));
      }
      var wanted = OnHost.of(pod, name -> index(links, name));
      // On a repeated attempt only what is missing, so that nobody sees a change where none is.
      boolean fresh = pairs.stream().allMatch(Made::fresh);
      var todo = fresh ? wanted : missing(wanted, View.ofHost(host));
      todo.forEach(item -> batch.add(item.request()));
      var outcomes = host.exchange(batch);
      int first = batch.size() - todo.size();
      for (int i = 0; i < todo.size(); i++) {
        if (outcomes.get(first + i).done() && todo.get(i) instanceof Wanted.By(var rule)) {
          undo.add(rule.delete());
        }
      }
      Outcome.demand(outcomes);
    }

    /** Whether this link carries IPv6 for the pod, not only its own link-local address. */
    private boolean v6(Made made) {
      return pod.interfaces().stream()
              .anyMatch(
                  wished -> wished.hostVeth().equals(made.pair().onHost()) && wished.ip().v6())
          || pod.egress()
              .filter(egress -> egress.hostVeth().equals(made.pair().onHost()) && egress.ip().v6())
              .isPresent();
    }

    private void refuseAdvertisements(String link) throws SystemCallFailed {
      sysctls.set(ipv6(link, "accept_ra"), "0");
      sysctls.set(ipv6(link, "accept_redirects"), "1");
      sysctls.set(ipv6(link, "forwarding"), "0");
    }

    private void podSysctls() throws Refusal {
      var v6 = pairs.stream().filter(this::v6).toList();
      if (v6.isEmpty()) {
        return;
      }
      boolean egress = pod.egress().filter(found -> found.ip().v6()).isPresent();
      var _ =
          namespaces.inside(
              namespace,
              () -> {
                sysctls.set(ipv6("lo", "disable_ipv6"), "0");
                if (egress) {
                  // The pod's own interface stays of one family, as without egress.
                  sysctls.set(ipv6(pod.ifName(), "disable_ipv6"), "1");
                }
                for (var made : v6) {
                  sysctls.set(ipv6(made.pair().inPod(), "disable_ipv6"), "0");
                  // Nobody else is on this link: its addresses are usable at once.
                  sysctls.set(ipv6(made.pair().inPod(), "accept_dad"), "0");
                  if (egress) {
                    sysctls.set(ipv6(made.pair().inPod(), "keep_addr_on_down"), "1");
                  }
                }
                return true;
              });
    }

    private void podSide() throws NetlinkFailed {
      var wanted = inPod(pod, pairs);
      boolean fresh = pairs.stream().allMatch(Made::fresh);
      var todo = fresh ? wanted : missing(wanted, View.read(inside));
      inside.run(todo.stream().map(Wanted::request).toList());
    }

    /**
     * The host's end went up first and drops packets until the kernel's link watcher notices that
     * the pod's end is up too, which can take long on a busy node. Asking makes it look now (since
     * Linux 6.8; before, nothing can).
     */
    private void settle() throws NetlinkFailed {
      var _ =
          host.exchange(
              pairs.stream()
                  .filter(Made::fresh)
                  .map(made -> Link.byName(made.pair().onHost()))
                  .toList());
    }

    /** Best effort: the error that led here is the one to report. */
    private void undo() {
      try {
        if (!undo.isEmpty()) {
          var _ = host.exchange(undo.reversed());
        }
      } catch (NetlinkFailed e) {
        org.slf4j.LoggerFactory.getLogger(PodWiring.class)
            .atError()
            .addKeyValue("pod", pod.podNamespace() + "/" + pod.podName())
            .log("a failed attach could not be undone", e);
      }
    }
  }

  private static String ipv6(String link, String key) {
    return "net/ipv6/conf/" + link + "/" + key;
  }

  static OptionalInt index(Map<String, Integer> links, String name) {
    var index = links.get(name);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  private static List<Wanted> missing(List<Wanted> wanted, View view) {
    return wanted.stream().filter(item -> !item.in(view)).toList();
  }

  private static List<Wanted> inPod(PodState pod, List<Made> pairs) {
    var wanted = new ArrayList<Wanted>();
    for (int i = 0; i < pod.interfaces().size(); i++) {
      var made = pairs.get(i);
      wanted.addAll(InPod.of(i, pod.interfaces().get(i), made.inPod(), made.hostMac()));
    }
    pod.egress()
        .ifPresent(
            egress ->
                wanted.addAll(
                    InPod.egress(egress, pairs.getLast().inPod(), pairs.getLast().hostMac())));
    return wanted;
  }

  /**
   * Compares both ends with the wish; without a netns path only the host's.
   *
   * @param onHost of now
   * @return one sentence for each difference
   */
  public List<String> check(PodState pod, View onHost) throws Refusal {
    var complaints = new ArrayList<String>();
    Function<String, OptionalInt> links =
        name -> {
          var link = onHost.named(name);
          return link.isPresent() ? OptionalInt.of(link.get().index()) : OptionalInt.empty();
        };
    for (var pair : Pair.of(pod)) {
      if (onHost.named(pair.onHost()).isEmpty()) {
        complaints.add("link " + pair.onHost() + " is missing on the host");
      }
    }
    OnHost.of(pod, links).stream()
        .filter(item -> !item.in(onHost))
        .forEach(item -> complaints.add("host: " + item.complaint()));
    if (pod.netns().isPresent()) {
      complaints.addAll(checkInside(pod, pod.netns().get(), onHost));
    }
    return complaints;
  }

  private List<String> checkInside(PodState pod, String path, View onHost) throws Refusal {
    try (var namespace = namespaces.open(path);
        var inside = namespaces.inside(namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE))) {
      var view = View.read(inside);
      var complaints = new ArrayList<String>();
      var pairs = new ArrayList<Made>();
      for (var pair : Pair.of(pod)) {
        var link = view.named(pair.inPod());
        var end = onHost.named(pair.onHost());
        if (link.isEmpty()) {
          complaints.add("pod: link " + pair.inPod() + " is missing");
        } else if (end.isPresent() && link.get().peer() != end.get().index()) {
          complaints.add("pod: " + pair.inPod() + " is not the other end of " + pair.onHost());
        } else if (end.isPresent()) {
          var none = new Mac(0);
          pairs.add(
              new Made(
                  pair,
                  link.get().index(),
                  end.get().index(),
                  link.get().mac().orElse(none),
                  end.get().mac().orElse(none),
                  false,
                  end.get().up()));
        }
      }
      if (pairs.size() == Pair.of(pod).size()) {
        inPod(pod, pairs).stream()
            .filter(item -> !item.in(view))
            .forEach(item -> complaints.add("pod: " + item.complaint()));
      }
      return complaints;
    } catch (NetlinkFailed e) {
      throw new Refusal(Refusal.Kind.FAILED, "check pod: " + e.getMessage(), e.errno(), e);
    }
  }
}
