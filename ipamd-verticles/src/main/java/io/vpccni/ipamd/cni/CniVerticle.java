package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetSocket;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.frame.MalformedFrame;
import io.vpccni.rpc.socket.FrameConnection;
import io.vpccni.rpc.socket.GuardedSocket;
import io.vpccni.rpc.socket.SocketRules;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Owns {@code cni.sock}: one connection, one call, one answer. The socket is there from the start;
 * until the agent can do what is asked it answers "try again later".
 */
public final class CniVerticle extends VerticleBase {
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final String NOT_DELETED =
      "add cmd: a DEL of the same attachment, which came while the agent was away, is not done yet";

  private final AgentConfig config;
  private final CallIds ids;
  private final Set<Integer> peers;

  private @Nullable GuardedSocket socket;
  private @Nullable CniPlugin plugin;
  private @Nullable SpoolReplay spool;
  private boolean connected;

  /**
   * @param peers user ids that may call
   */
  public CniVerticle(AgentConfig config, CallIds ids, Set<Integer> peers) {
    this.config = config;
    this.ids = ids;
    this.peers = Set.copyOf(peers);
  }

  @Override
  public Future<?> start() {
    plugin = new CniPlugin(vertx, config, ids, () -> connected);
    spool =
        new SpoolReplay(
            vertx,
            new Spool(config.process().spool()),
            plugin()::settle,
            plugin()::rehearse,
            SpoolReplay.PATIENCE);
    var server = vertx.createNetServer().connectHandler(this::accepted);
    var rules = SocketRules.of(config.process().cniSocket(), "rw-------", peers);
    vertx.setPeriodic(TICK.toMillis(), _ -> replay());
    return DataplaneEndpoints.NEWS
        .hear(vertx.eventBus(), this::heard)
        .compose(_ -> GuardedSocket.listen(vertx, rules, server))
        .onSuccess(listening -> socket = listening);
  }

  @Override
  public Future<?> stop() {
    return socket == null ? Future.succeededFuture() : socket.close();
  }

  private void heard(DataplaneNews news) {
    switch (news) {
      case DataplaneNews.Connected _ -> {
        connected = true;
        replay();
      }
      case DataplaneNews.Lost _ -> connected = false;
      case DataplaneNews.HostChanged _, DataplaneNews.VethsDeleted _, DataplaneNews.Repaired _ -> {}
    }
  }

  private void accepted(NetSocket accepted) {
    var caller = new Cancellation();
    // Not the same: a call that a DEL overtakes is cancelled too, and its caller waits for an
    // answer.
    var gone = new Cancellation();
    var frames =
        new FrameConnection(vertx, accepted, Framing.CNI).firstFrameWithin(Duration.ofSeconds(2));
    frames.start(
        body ->
            answer(body, caller)
                .onComplete(
                    done -> {
                      if (done.failed()) frames.close(done.cause().toString());
                      else if (!gone.cancelled()) frames.send(done.result().encode());
                    }),
        _ -> {
          gone.cancel();
          caller.cancel();
        });
  }

  private Future<CniAnswer> answer(byte[] body, Cancellation caller) {
    try {
      var request = CniRequest.decode(body);
      return switch (request.env().getOrDefault("CNI_COMMAND", "")) {
        case "ADD" -> add(request, caller);
        case "DEL" -> plugin().handle(request, caller).onSuccess(done -> afterDel(request, done));
        default -> plugin().handle(request, caller);
      };
    } catch (MalformedFrame garbage) {
      return Future.failedFuture(garbage);
    }
  }

  private Future<CniAnswer> add(CniRequest request, Cancellation caller) {
    return (connected ? spool().before(request.env()) : Future.succeededFuture(true))
        .compose(
            free ->
                free
                    ? plugin().handle(request, caller)
                    : Future.succeededFuture(CniError.later(NOT_DELETED).answer()));
  }

  private void afterDel(CniRequest request, CniAnswer answer) {
    if (answer.exitCode() == 0) spool().deleted(request.env());
  }

  private void replay() {
    if (connected) spool().run();
  }

  private CniPlugin plugin() {
    return Objects.requireNonNull(plugin, "started");
  }

  private SpoolReplay spool() {
    return Objects.requireNonNull(spool, "started");
  }
}
