package io.vpccni.ipamd.dataplane.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Failed;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Unavailable;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.retry.Timers;
import io.vpccni.ipamd.retry.VertxTimers;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import io.vpccni.rpc.wire.netprog.Sync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the connection to net-programmer and the desired state of the host. What to do about the
 * connection is decided by {@link Connection}, and others hear of it as {@link DataplaneNews}.
 */
public final class DataplaneVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(DataplaneVerticle.class);
  private static final String NO_FACTS =
      "the node's own addresses are not known, because IMDS does not answer";
  private static final Unavailable FACTS_UNKNOWN =
      new Unavailable("the node's facts are not known yet", false);
  private static final Duration SYNC_DEADLINE = Duration.ofSeconds(30);
  static final Duration HOST_DEADLINE = Duration.ofSeconds(10);
  private static final Duration PLACE_AGAIN = Duration.ofSeconds(2);

  private final AgentConfig config;
  private final Path socket;
  private @Nullable ProgrammerClient client;
  private @Nullable RepairNews repairs;
  private ConnectionState state = new ConnectionState.Disconnected(0);
  private HostInputs inputs = HostInputs.NONE;
  private Placements placements = Placements.NONE;

  public DataplaneVerticle(AgentConfig config) {
    this.config = config;
    this.socket = config.process().programmerSocket();
  }

  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    repairs = new RepairNews(bus);
    client = new ProgrammerClient(vertx, socket, new Owner());
    return Future.all(
        serve(bus),
        ImdsEndpoints.FACTS.hear(bus, read -> changed(inputs.with(read.facts()))),
        ImdsEndpoints.VPC_CIDRS.hear(bus, cidrs -> changed(inputs.with(cidrs))),
        DataplaneEndpoints.RESYNC.hear(bus, _ -> handle(new ConnectionEvent.DesiredOutdated())),
        DataplaneEndpoints.PLACED.hear(bus, placed -> place(placements.with(placed.holding()))));
  }

  @Override
  public Future<?> stop() {
    return client().close();
  }

  private final class Owner implements EnvelopeClient.Owner {
    @Override
    public void connected() {
      handle(new ConnectionEvent.Opened());
    }

    @Override
    public void disconnected(String why) {
      handle(new ConnectionEvent.Closed(why));
    }

    @Override
    public void notified(Envelope notification) {
      if (inputs.outdatedBy(notification)) handle(new ConnectionEvent.HostOutdated());
      Replies.news(notification).ifPresent(DataplaneVerticle.this::announce);
    }

    @Override
    public void answeredLate(BodyCase request, Envelope answer) {
      client().answered(request, answer);
    }
  }

  private void handle(ConnectionEvent event) {
    var decision = Connection.decide(state, event);
    state = decision.next();
    decision.commands().forEach(this::perform);
    place(placements);
  }

  private void perform(ConnectionCommand command) {
    switch (command) {
      case ConnectionCommand.ReadDesired(var of) -> readDesired(of);
      case ConnectionCommand.SendSync(var of, var desired) -> sendSync(of, desired);
      case ConnectionCommand.After(var pause, var event) ->
          timers().after(pause, () -> handle(event));
      case ConnectionCommand.Probe(var of, var attempt) ->
          client().probe(of, attempt).onSuccess(this::handle);
      case ConnectionCommand.ForgetCalls(var why) -> client().forgetCalls(why);
      case ConnectionCommand.ApplyHost _ -> applyAgain();
      case ConnectionCommand.Announce(var news) -> announce(news);
    }
  }

  private void announce(DataplaneNews news) {
    switch (news) {
      case DataplaneNews.Connected(var host) ->
          log.atInfo()
              .addKeyValue(LogKeys.MISSING_ENIS, host.missing())
              .log("net-programmer knows the desired state");
      case DataplaneNews.Lost(var why) -> warn(why);
      case DataplaneNews.DesiredMissing(var why) -> warn(why);
      case DataplaneNews.Repaired repaired -> repairs().tell(repaired);
      case DataplaneNews.HostChanged _,
          DataplaneNews.VethsDeleted _,
          DataplaneNews.HostAddressesChanged _ -> {}
    }
    DataplaneEndpoints.NEWS.publish(vertx.eventBus(), news);
  }

  private static void warn(String why) {
    log.atWarn().addKeyValue(LogKeys.WHY, why).log("net-programmer cannot be used");
  }

  private void readDesired(int of) {
    PoolEndpoints.VIEW
        .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
        .compose(
            view ->
                // Without the branch pods their rules would be nobody's.
                BranchPods.ALL
                    .ask(vertx.eventBus(), new BranchPods.ReadAll(), BranchPods.DEADLINE)
                    .map(branches -> desired(view, branches.holdings())))
        .map(
            desired ->
                desired
                    .<ConnectionEvent>map(sync -> new ConnectionEvent.DesiredRead(of, sync))
                    .orElseGet(() -> new ConnectionEvent.DesiredUnknown(of, NO_FACTS)))
        .otherwise(error -> new ConnectionEvent.DesiredUnknown(of, error.toString()))
        .onSuccess(this::handle);
  }

  private Optional<Sync> desired(PoolView view, List<Holding> branches) {
    inputs = inputs.with(view);
    return DesiredState.of(config, inputs, view.holdings(), branches, view.pendingVeths());
  }

  private void sendSync(int of, Sync desired) {
    client()
        .call(
            Envelope.newBuilder().setSync(desired).build(), SYNC_DEADLINE, Replies::host, no -> no)
        .onSuccess(
            reply -> {
              learn(reply);
              handle(new ConnectionEvent.SyncAnswered(of, reply));
            });
  }

  private void learn(HostReply reply) {
    if (reply instanceof HostApplied applied) inputs = inputs.with(applied);
    repairs().count(reply);
  }

  private Future<?> serve(EventBus bus) {
    var prefix = config.host().podLinks().vethPrefix();
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
    return state
        .obstacle(socket)
        .map(why -> Future.succeededFuture(failed.apply(why)))
        .orElseGet(() -> client().call(request, HOST_DEADLINE, reader, failed));
  }

  private Future<HostReply> applyHost(DataplaneRequest.ApplyHost asked) {
    inputs = inputs.with(asked.enis());
    return applyHost();
  }

  private Future<HostReply> applyHost() {
    return state
        .obstacle(socket)
        .<Future<HostReply>>map(Future::succeededFuture)
        .orElseGet(
            () ->
                inputs
                    .host(config)
                    .map(host -> answer(Requests.applyHost(host), Replies::host, no -> no))
                    .orElseGet(() -> Future.succeededFuture(FACTS_UNKNOWN))
                    .onSuccess(this::learn));
  }

  /** Has pods placed; a Sync that is under way may have been read before they were. */
  private void place(Placements next) {
    placements = next;
    if (state.obstacle(socket).isPresent() || !placements.due()) return;
    placements = placements.sending();
    answer(
            Requests.place(placements.beingSent(), config.host().podLinks().vethPrefix()),
            Replies::host,
            no -> no)
        .onSuccess(
            reply -> {
              learn(reply);
              placed(placements.answered(reply));
            });
  }

  private void placed(Placements.Answered answered) {
    switch (answered) {
      case Placements.Learned(var next) -> place(next);
      case Placements.Impossible(var next, var why) -> {
        log.atWarn().addKeyValue(LogKeys.WHY, why).log("Pods were not placed");
        place(next);
      }
      case Placements.Postponed(var next, var why) -> {
        log.atWarn().addKeyValue(LogKeys.WHY, why).log("Pods are placed later");
        placements = next;
        timers().after(PLACE_AGAIN, () -> place(placements));
      }
    }
  }

  /** IMDS may say otherwise than the checkpoint that the last Sync was made of. */
  private void changed(HostInputs now) {
    if (now.equals(inputs)) return;
    inputs = now;
    handle(new ConnectionEvent.HostOutdated());
  }

  private void applyAgain() {
    applyHost()
        .onSuccess(
            reply -> {
              switch (reply) {
                case HostApplied applied -> announce(new DataplaneNews.HostChanged(applied));
                case Failed failed ->
                    log.atWarn()
                        .addKeyValue(LogKeys.WHY, failed.message())
                        .log("The host's settings were not applied");
              }
            });
  }

  private Timers timers() {
    return new VertxTimers(vertx);
  }

  private RepairNews repairs() {
    return Objects.requireNonNull(repairs, "started");
  }

  private ProgrammerClient client() {
    return Objects.requireNonNull(client, "started");
  }
}
