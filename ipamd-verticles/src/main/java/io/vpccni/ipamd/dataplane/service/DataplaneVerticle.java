package io.vpccni.ipamd.dataplane.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Failed;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Unavailable;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.envelope.CallFailed;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.wire.netprog.ApplyHost;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Sync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the connection to net-programmer and what the host should look like. Each connection begins
 * with one Sync of the whole wished state; until that is answered, nothing else is asked.
 */
public final class DataplaneVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(DataplaneVerticle.class);
  private static final int MAX_IN_FLIGHT = 256;
  private static final Duration SYNC_DEADLINE = Duration.ofSeconds(30);
  private static final Duration HOST_DEADLINE = Duration.ofSeconds(10);
  private static final Duration SYNC_RETRY = Duration.ofMillis(200);
  private static final Duration SLOW_SYNC_RETRY = Duration.ofSeconds(2);

  private final AgentConfig config;
  private final Path socket;
  private @Nullable EnvelopeClient client;

  private Optional<NodeFacts> facts = Optional.empty();
  private List<AttachedEni> enis = List.of();
  private Map<EniId, Integer> tables = new HashMap<>();
  private Set<EniId> missing = Set.of();

  /** Counts connections, so that what belongs to an older one is dropped. */
  private int connection;

  private boolean synced;
  private boolean connected;

  public DataplaneVerticle(AgentConfig config) {
    this.config = config;
    this.socket = config.process().programmerSocket();
  }

  @Override
  public Future<?> start() {
    client = new EnvelopeClient(vertx, socket, MAX_IN_FLIGHT, new Owner());
    var bus = vertx.eventBus();
    return Future.all(
        serve(bus),
        ImdsEndpoints.FACTS.hear(bus, read -> facts = Optional.of(read.facts())),
        ImdsEndpoints.VPC_CIDRS.hear(bus, this::cidrsChanged));
  }

  @Override
  public Future<?> stop() {
    return client().close();
  }

  private final class Owner implements EnvelopeClient.Owner {
    @Override
    public void connected() {
      connection++;
      connected = true;
      synced = false;
      sync(connection);
    }

    @Override
    public void disconnected(String why) {
      connected = false;
      synced = false;
      lost(why);
    }

    @Override
    public void notified(Envelope notification) {
      if (notification.hasLinkChanged()) linkChanged(notification.getLinkChanged().getMac());
      Replies.news(notification)
          .ifPresent(
              news -> {
                if (news instanceof DataplaneNews.Repaired repaired) contested(repaired);
                DataplaneEndpoints.NEWS.publish(vertx.eventBus(), news);
              });
    }
  }

  private void sync(int of) {
    PoolEndpoints.VIEW
        .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
        .compose(
            view ->
                // Without them their rules would be nobody's.
                BranchPods.ALL
                    .ask(vertx.eventBus(), new BranchPods.ReadAll(), BranchPods.DEADLINE)
                    .compose(branches -> syncWith(view, branches.holdings())))
        .onSuccess(
            reply -> {
              if (of != connection || !connected) return;
              reply.ifPresentOrElse(
                  given -> syncAnswered(of, given), () -> retrySync(of, SYNC_RETRY));
            })
        .onFailure(
            notYet -> {
              log.atDebug().addKeyValue("why", notYet.toString()).log("Sync has to wait");
              retrySync(of, SYNC_RETRY);
            });
  }

  /** Empty while nobody knows the node yet: without its own address a host cannot be described. */
  private Future<Optional<HostReply>> syncWith(PoolView view, List<Holding> branches) {
    view.facts().ifPresent(known -> facts = Optional.of(facts.orElse(known)));
    if (facts.isEmpty()) return Future.succeededFuture(Optional.empty());
    learn(view);
    var prefix = config.host().vethPrefix();
    var sync = Sync.newBuilder().setHost(host(facts.get())).addAllDeletions(view.pendingVeths());
    Stream.concat(view.holdings().stream(), branches.stream())
        .filter(DesiredPod::known)
        .map(holding -> DesiredPod.hostPart(holding, prefix, config.host().podMtu()))
        .forEach(sync::addPods);
    return call(Envelope.newBuilder().setSync(sync).build(), SYNC_DEADLINE, Replies::host, no -> no)
        .map(Optional::of);
  }

  private void learn(PoolView view) {
    enis = view.enis().stream().filter(PoolView.Eni::inPool).map(PoolView.Eni::facts).toList();
    tables = new HashMap<>();
    for (var eni : view.enis()) tables.put(eni.facts().id(), eni.routeTable());
  }

  private void syncAnswered(int of, HostReply reply) {
    switch (reply) {
      case HostApplied applied -> {
        synced = true;
        applied(applied);
        log.atInfo()
            .addKeyValue("missing_enis", applied.missing())
            .log("net-programmer knows the wished state");
        DataplaneEndpoints.NEWS.publish(vertx.eventBus(), new DataplaneNews.Connected(applied));
      }
      case Failed failed -> {
        lost("Sync was answered with " + failed);
        retrySync(of, SLOW_SYNC_RETRY);
      }
    }
  }

  private void retrySync(int of, Duration pause) {
    vertx.setTimer(
        pause.toMillis(),
        _ -> {
          if (of == connection && connected && !synced) sync(of);
        });
  }

  private void lost(String why) {
    log.atWarn().addKeyValue("why", why).log("net-programmer cannot be used");
    DataplaneEndpoints.NEWS.publish(vertx.eventBus(), new DataplaneNews.Lost(why));
  }

  private Future<?> serve(EventBus bus) {
    var prefix = config.host().vethPrefix();
    return Future.all(
        List.of(
            DataplaneEndpoints.ATTACH.serve(
                bus, asked -> answer(Requests.of(asked, prefix), Replies::attached, no -> no)),
            DataplaneEndpoints.DETACH.serve(
                bus, asked -> answer(Requests.of(asked, prefix), Replies::detached, no -> no)),
            DataplaneEndpoints.CHECK.serve(
                bus, asked -> answer(Requests.of(asked, prefix), Replies::checked, no -> no)),
            DataplaneEndpoints.LIST_VETHS.serve(
                bus, _ -> answer(Requests.listVeths(), Replies::veths, no -> no)),
            DataplaneEndpoints.APPLY_HOST.serve(bus, this::applyHost),
            DataplaneEndpoints.INSTALL_CONFLIST.serve(
                bus, asked -> answer(Requests.of(asked), Replies::conflist, no -> no)),
            DataplaneEndpoints.ENFORCE_POLICY.serve(
                bus, asked -> answer(Requests.of(asked), Replies::policy, no -> no)),
            DataplaneEndpoints.DELETE_POLICY.serve(
                bus, asked -> answer(Requests.of(asked), Replies::policy, no -> no))));
  }

  private <R extends DataplaneReply> Future<R> answer(
      Envelope request, Function<Envelope, R> reader, Function<Failed, R> failed) {
    return synced
        ? call(request, HOST_DEADLINE, reader, failed)
        : Future.succeededFuture(failed.apply(notConnected()));
  }

  private Unavailable notConnected() {
    return new Unavailable("net-programmer is not connected (" + socket + ")", false);
  }

  private Future<HostReply> applyHost(DataplaneRequest.ApplyHost asked) {
    enis = asked.enis();
    return synced ? applyHost() : Future.succeededFuture(notConnected());
  }

  private Future<HostReply> applyHost() {
    if (facts.isEmpty()) {
      return Future.succeededFuture(new Unavailable("the node's facts are not known yet", false));
    }
    var request =
        Envelope.newBuilder().setApplyHost(ApplyHost.newBuilder().setHost(host(facts.get())));
    return call(request.build(), HOST_DEADLINE, Replies::host, no -> no)
        .onSuccess(
            reply -> {
              if (reply instanceof HostApplied applied) applied(applied);
            });
  }

  private void applied(HostApplied applied) {
    missing = applied.missing();
    tables.putAll(applied.tables());
  }

  private io.vpccni.rpc.wire.netprog.Host host(NodeFacts of) {
    return DesiredHost.of(config, of, enis, tables);
  }

  /** An ENI's link may appear seconds after EC2 has attached it. */
  private void linkChanged(String mac) {
    boolean awaited =
        enis.stream().anyMatch(eni -> missing.contains(eni.id()) && eni.mac().equals(mac));
    if (synced && awaited) applyAgain();
  }

  private void cidrsChanged(VpcCidrsChanged changed) {
    var known = facts;
    if (known.isEmpty()) return;
    facts = Optional.of(known.get().withVpcCidrs(changed.ipv4(), changed.ipv6()));
    if (synced && !facts.equals(known)) applyAgain();
  }

  private void applyAgain() {
    applyHost()
        .onSuccess(
            reply -> {
              if (reply instanceof HostApplied applied) {
                DataplaneEndpoints.NEWS.publish(
                    vertx.eventBus(), new DataplaneNews.HostChanged(applied));
              } else {
                log.atWarn().addKeyValue("reply", reply).log("host settings were not applied");
              }
            });
  }

  private void contested(DataplaneNews.Repaired repaired) {
    var line =
        log.atInfo()
            .addKeyValue("kind", repaired.kind())
            .addKeyValue("count", repaired.count())
            .addKeyValue("detail", repaired.detail());
    line.log(
        repaired.count() > 0
            ? "repaired what another program had changed"
            : repaired.contested()
                ? "the host's rules cannot be kept"
                : "the host's rules are kept again");
    publish(
        repaired.contested()
            ? ConditionChanged.raised(
                ConditionChanged.HOST_CONTESTED,
                repaired.kind(),
                "UndoneRepeatedly",
                repaired.detail())
            : ConditionChanged.over(ConditionChanged.HOST_CONTESTED, repaired.kind()));
  }

  private void publish(ConditionChanged change) {
    ConditionChanged.TOPIC.publish(vertx.eventBus(), change);
  }

  /**
   * Asks net-programmer.
   *
   * @param reader of its answer
   * @param failed a failure as a reply to this question
   */
  private <R extends DataplaneReply> Future<R> call(
      Envelope request,
      Duration deadline,
      Function<Envelope, R> reader,
      Function<Failed, R> failed) {
    return client()
        .call(request, deadline)
        .onSuccess(this::measure)
        .map(reader)
        .recover(
            error ->
                switch (error) {
                  case CallFailed.NotSent not ->
                      Future.succeededFuture(failed.apply(new Unavailable(text(not), false)));
                  case CallFailed.OutcomeUnknown unknown ->
                      Future.succeededFuture(failed.apply(new Unavailable(text(unknown), true)));
                  default -> Future.failedFuture(error);
                });
  }

  private void measure(Envelope answer) {
    if (answer.hasPodAttached()) {
      Measured.of(Phase.KERNEL, answer.getPodAttached().getInKernelNs()).publish(vertx.eventBus());
    }
  }

  private static String text(Throwable error) {
    return String.valueOf(error.getMessage());
  }

  private EnvelopeClient client() {
    return Objects.requireNonNull(client, "started");
  }
}
