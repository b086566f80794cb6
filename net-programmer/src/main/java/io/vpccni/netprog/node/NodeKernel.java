package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.Departure;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netfilter.NetfilterKeeper;
import io.vpccni.netprog.netfilter.NetfilterWish;
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

  private final Owner owner = new Owner();
  private final NetlinkSocket socket;
  private final Namespaces namespaces;
  private final Forgetter forgetter;
  private final Reaper reaper;
  private final Watcher watcher;
  private final Node node;
  private final Consumer<Event> events;
  private final Optional<NetfilterKeeper> netfilter;

  // Only the owner's thread touches what follows.
  private Optional<String> primaryInterface = Optional.empty();
  private boolean lookPlanned;

  private NodeKernel(
      Settings settings,
      NetlinkSocket.Opener sockets,
      Optional<NetfilterKeeper> netfilter,
      Consumer<Event> events)
      throws SystemCallFailed {
    this.events = events;
    this.netfilter = netfilter;
    socket = sockets.open(NetlinkSocket.ROUTE);
    namespaces = new Namespaces(settings.netns());
    forgetter = new Forgetter();
    reaper = new Reaper(links -> owner.later(Duration.ZERO, () -> reaped(links)));
    node = new Node(socket, sockets, namespaces, settings.sysctls(), Clock.systemUTC(), events);
    watcher =
        new Watcher(socket.port(), happened -> owner.later(Duration.ZERO, () -> noticed(happened)));
    owner.later(SAFETY_NET, this::safetyNet);
  }

  /**
   * Starts in the calling thread's network namespace.
   *
   * @param netfilter empty leaves netfilter alone
   * @param events told on any thread
   * @throws SystemCallFailed without the capabilities that this needs
   */
  public static NodeKernel open(
      Settings settings, Optional<NetfilterKeeper> netfilter, Consumer<Event> events)
      throws SystemCallFailed {
    return open(settings, NetlinkSocket::open, netfilter, events);
  }

  /** The same with other sockets for the host's and the pods' links, rules and routes. */
  static NodeKernel open(
      Settings settings,
      NetlinkSocket.Opener sockets,
      Optional<NetfilterKeeper> netfilter,
      Consumer<Event> events)
      throws SystemCallFailed {
    return new NodeKernel(settings, sockets, netfilter, events);
  }

  @Override
  public CompletionStage<HostApplied> sync(
      HostState host, List<PodState> pods, List<String> deletions) {
    return applied(() -> reaper.delete(node.wish(host, pods, deletions)));
  }

  @Override
  public CompletionStage<HostApplied> applyHost(HostState host) {
    return applied(() -> node.wish(host));
  }

  private interface Wish {
    void become() throws Refusal;
  }

  private CompletionStage<HostApplied> applied(Wish wish) {
    return owner
        .ask(
            () -> {
              wish.become();
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
    var keeper = netfilter.get();
    return keeper
        .keep(netfilterWish().orElseThrow())
        .thenApply(
            changes ->
                new HostApplied(
                    plain.tables(),
                    plain.missing(),
                    plain.changes() + changes,
                    keeper.backend().label()));
  }

  /** Empty before the host is as wished for the first time. */
  private Optional<NetfilterWish> netfilterWish() {
    return node.host()
        .flatMap(host -> primaryInterface.map(name -> NetfilterWishes.of(host, name, node.pods())));
  }

  private void netfilterFollows() {
    netfilter.ifPresent(keeper -> netfilterWish().ifPresent(keeper::follow));
  }

  @Override
  public CompletionStage<Attached> attach(PodState pod) {
    return forgetter
        .settled(Pods.addresses(Departure.of(pod)))
        .thenCompose(
            _ ->
                owner.ask(
                    () -> {
                      var attached = node.attach(pod);
                      netfilterFollows();
                      return attached;
                    }));
  }

  /** Does not wait for connection tracking: the next owner of the address does. */
  @Override
  public CompletionStage<List<String>> detach(Departure pod) {
    return owner.ask(
        () -> {
          var links = node.detach(pod);
          netfilterFollows();
          var _ = forgetter.forget(Pods.addresses(pod));
          // Gathers for a while, so that the answer that names them comes before VethsDeleted.
          reaper.delete(links);
          return links.stream().filter(Link::isVeth).map(Link::name).toList();
        });
  }

  @Override
  public CompletionStage<List<String>> check(PodState pod) {
    return owner.ask(() -> node.check(pod));
  }

  @Override
  public CompletionStage<List<HostVeth>> list() {
    return owner.ask(node::veths);
  }

  private void reaped(List<Link> links) {
    var names = node.reaped(links);
    if (!names.isEmpty()) {
      events.accept(new Event.VethsDeleted(names));
    }
  }

  private void noticed(Watcher.Happened happened) {
    if (node.concerns(happened) && !lookPlanned) {
      lookPlanned = true;
      owner.later(
          GATHER,
          () -> {
            lookPlanned = false;
            node.repair();
          });
    }
  }

  private void safetyNet() {
    node.repair();
    owner.later(SAFETY_NET, this::safetyNet);
  }

  @Override
  public void close() {
    watcher.close();
    owner.close();
    reaper.close();
    forgetter.close();
    namespaces.close();
    socket.close();
  }
}
