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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The kernel of the network namespace that it is opened in. One thread owns all state and does all
 * work on the host's socket; deletions and connection tracking, which may take long, have their
 * own.
 */
public final class NodeKernel implements Kernel, AutoCloseable {
  /** After the first sign of drift; gathers what one command of somebody causes. */
  private static final Duration GATHER = Duration.ofMillis(100);

  /** A look at everything without any sign, in case one got lost. */
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

  // Only the thread's thread touches what follows.
  private Optional<String> primaryInterface = Optional.empty();
  private boolean lookPlanned;

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
    linkDeleter = new LinkDeleter(links -> thread.later(Duration.ZERO, () -> deleted(links)));
    node = new Node(socket, sockets, namespaces, settings.sysctls(), Clock.systemUTC(), events);
    monitor =
        new NetlinkMonitor(socket.port(), summary -> thread.later(Duration.ZERO, () -> noticed(summary)));
    thread.later(SAFETY_NET, this::safetyNet);
  }

  /**
   * Starts in the calling thread's network namespace.
   *
   * @param netfilter empty leaves netfilter alone
   * @param events told on any thread
   * @throws SystemCallFailed without the capabilities that this needs
   */
  public static NodeKernel open(
      KernelSettings settings, Optional<NetfilterReconciler> netfilter, Consumer<Event> events)
      throws SystemCallFailed {
    return open(settings, NetlinkSocket::open, netfilter, events);
  }

  /** The same with other sockets for the host's and the pods' links, rules and routes. */
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
            changes ->
                new HostApplied(
                    plain.tables(),
                    plain.missing(),
                    plain.changes() + changes,
                    reconciler.backend().label()));
  }

  /** Empty before the host is as desired for the first time. */
  private Optional<DesiredNetfilter> desiredNetfilter() {
    return node.host()
        .flatMap(host -> primaryInterface.map(name -> NetfilterTranslation.of(host, name, node.pods())));
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

  /** Does not wait for connection tracking: the next thread of the address does. */
  @Override
  public CompletionStage<List<String>> detach(DetachedPod pod) {
    return thread.ask(
        () -> {
          var links = node.detach(pod);
          updateNetfilter();
          var _ = conntrack.forget(DesiredPods.addresses(pod));
          // Gathers for a while, so that the answer that names them comes before VethsDeleted.
          linkDeleter.delete(links);
          return links.stream().filter(Link::isVeth).map(Link::name).toList();
        });
  }

  @Override
  public CompletionStage<List<String>> check(PodState pod) {
    return thread.ask(() -> node.check(pod));
  }

  @Override
  public CompletionStage<List<HostVeth>> list() {
    return thread.ask(node::veths);
  }

  private void deleted(List<Link> links) {
    var names = node.deleted(links);
    if (!names.isEmpty()) {
      events.accept(new Event.VethsDeleted(names));
    }
  }

  private void noticed(NetlinkMonitor.Summary summary) {
    if (node.concerns(summary) && !lookPlanned) {
      lookPlanned = true;
      thread.later(
          GATHER,
          () -> {
            lookPlanned = false;
            node.repair();
          });
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
