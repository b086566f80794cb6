package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netfilter.DesiredNetfilter;
import io.vpccni.netprog.netfilter.NetfilterReconciler;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netns.Namespaces;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * This is the kernel of the network namespace in which it is opened. One thread owns all state and
 * does all work on the host's socket; deleting links and conntrack entries, which may take long,
 * has threads of its own.
 */
public final class NodeKernel implements Kernel, AutoCloseable {
  /**
   * A repair starts this long after the first sign of drift, to gather what one command of somebody
   * causes.
   */
  private static final Duration GATHER = Duration.ofMillis(100);

  /**
   * Everything is compared at this interval even without a sign of drift, in case a notification
   * got lost.
   */
  private static final Duration SAFETY_NET = Duration.ofSeconds(10);

  private final KernelThread thread = new KernelThread();
  private final NetlinkSocket socket;
  private final Namespaces namespaces;
  private final ConntrackCleaner conntrack;
  private final LinkDeleter linkDeleter;
  private final NetlinkMonitor monitor;
  private final Node node;
  private final Consumer<Event> events;
  private final Optional<NetfilterReconciler> netfilter;

  // Only the kernel thread uses the fields below.
  private Optional<String> primaryInterface = Optional.empty();
  private boolean repairPlanned;
  private boolean addressesChanged;

  private NodeKernel(
      KernelSettings settings,
      NetlinkSocket.Opener sockets,
      Optional<NetfilterReconciler> netfilter,
      Consumer<Event> events)
      throws SystemCallFailed {
    this.events = events;
    this.netfilter = netfilter;
    socket = sockets.open(NetlinkSocket.ROUTE);
    namespaces = new Namespaces(settings.netns());
    conntrack = new ConntrackCleaner();
    linkDeleter =
        new LinkDeleter(
            LinkDeleter.Timing.USUAL,
            thread::lastRequest,
            links -> thread.later(Duration.ZERO, () -> deleted(links)));
    node = new Node(socket, sockets, namespaces, settings.sysctls(), ElapsedClock.system(), events);
    monitor =
        new NetlinkMonitor(
            socket.port(), summary -> thread.later(Duration.ZERO, () -> noticed(summary)));
    thread.later(SAFETY_NET, this::safetyNet);
  }

  /**
   * Opens the calling thread's network namespace.
   *
   * @param netfilter if it is empty, netfilter is left alone
   * @param events is told on any thread
   * @throws SystemCallFailed if this process lacks the capabilities
   */
  public static NodeKernel open(
      KernelSettings settings, Optional<NetfilterReconciler> netfilter, Consumer<Event> events)
      throws SystemCallFailed {
    return open(settings, NetlinkSocket::open, netfilter, events);
  }

  /** Opens it with other sockets for the host's and the pods' links, rules and routes. */
  static NodeKernel open(
      KernelSettings settings,
      NetlinkSocket.Opener sockets,
      Optional<NetfilterReconciler> netfilter,
      Consumer<Event> events)
      throws SystemCallFailed {
    return new NodeKernel(settings, sockets, netfilter, events);
  }

  @Override
  public CompletionStage<HostApplied> sync(
      HostState host, List<PodState> pods, List<String> deletions) {
    return applied(() -> linkDeleter.delete(node.setDesired(host, pods, deletions)));
  }

  @Override
  public CompletionStage<HostApplied> applyHost(HostState host) {
    return applied(() -> node.setDesired(host));
  }

  @Override
  public CompletionStage<HostApplied> place(List<PodState> pods) {
    return applied(() -> node.place(pods));
  }

  private interface Update {
    void run() throws Refusal;
  }

  private CompletionStage<HostApplied> applied(Update update) {
    return thread
        .ask(
            () -> {
              update.run();
              var applied = node.apply();
              primaryInterface = Optional.of(applied.primaryInterface());
              return withNetfilter(applied.host());
            })
        .thenCompose(stage -> stage);
  }

  private CompletionStage<HostApplied> withNetfilter(HostApplied plain) {
    if (netfilter.isEmpty()) {
      return CompletableFuture.completedStage(plain);
    }
    var reconciler = netfilter.get();
    return reconciler
        .keep(desiredNetfilter().orElseThrow())
        .thenApply(
            changes -> {
              // A former mark is known from the rules that it is in, even after a restart.
              thread.later(Duration.ZERO, () -> node.rememberMarks(changes.marks()));
              return new HostApplied(
                  plain.tables(),
                  plain.missing(),
                  plain.changes() + changes.count(),
                  reconciler.backend().label());
            });
  }

  /**
   * Returns the desired netfilter state, which is empty until the host has been applied for the
   * first time.
   */
  private Optional<DesiredNetfilter> desiredNetfilter() {
    return node.host()
        .flatMap(
            host -> primaryInterface.map(name -> NetfilterTranslation.of(host, name, node.pods())));
  }

  private void updateNetfilter() {
    netfilter.ifPresent(reconciler -> desiredNetfilter().ifPresent(reconciler::follow));
  }

  @Override
  public CompletionStage<Attached> attach(PodState pod) {
    return conntrack
        .settled(DesiredPods.addresses(DetachedPod.of(pod)))
        .thenCompose(
            _ ->
                thread.ask(
                    () -> {
                      var attached = node.attach(pod);
                      updateNetfilter();
                      return attached;
                    }));
  }

  /** Answers without waiting for connection tracking; the next owner of the address does that. */
  @Override
  public CompletionStage<List<String>> detach(DetachedPod pod) {
    return thread.ask(
        () -> {
          var links = node.detach(pod);
          updateNetfilter();
          var _ = conntrack.forget(DesiredPods.addresses(pod));
          // The deleter waits a moment to gather more, so VethsDeleted follows the answer that
          // names them.
          linkDeleter.delete(links);
          return links.stream().filter(Link::isVeth).map(Link::name).toList();
        });
  }

  @Override
  public CompletionStage<List<String>> check(PodState pod) {
    return thread.ask(() -> node.check(pod));
  }

  @Override
  public CompletionStage<Listed> list() {
    return thread.ask(node::list);
  }

  @Override
  public CompletionStage<Void> probe() {
    return thread.ask(
        () -> {
          node.probe();
          return null;
        });
  }

  private void deleted(List<Link> links) {
    var names = node.deleted(links);
    if (!names.isEmpty()) {
      events.accept(new Event.VethsDeleted(names));
    }
  }

  private void noticed(NetlinkMonitor.Summary summary) {
    addressesChanged |= summary.addresses();
    if ((node.concerns(summary) || summary.addresses()) && !repairPlanned) {
      repairPlanned = true;
      thread.later(GATHER, this::followChanges);
    }
  }

  private void followChanges() {
    repairPlanned = false;
    node.repair();
    // Only now, because a repair removes what others put on a secondary ENI's link.
    if (addressesChanged) {
      addressesChanged = false;
      events.accept(new Event.HostAddressesChanged());
    }
  }

  private void safetyNet() {
    node.repair();
    thread.later(SAFETY_NET, this::safetyNet);
  }

  @Override
  public void close() {
    monitor.close();
    thread.close();
    linkDeleter.close();
    conntrack.close();
    namespaces.close();
    socket.close();
  }
}
