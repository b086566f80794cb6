package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetSocket;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.pool.service.CallIds;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns {@code cni.sock}: one connection, one call, one answer. The socket is there from the start;
 * until the agent can do what is asked it answers "try again later".
 */
public final class CniVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(CniVerticle.class);
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final Duration REPLAY_LIMIT = Duration.ofSeconds(10);
  private static final int TRY_AGAIN_LATER_EXIT = 1;

  private final AgentConfig config;
  private final CallIds ids;
  private final Set<Integer> peers;
  private final Spool spool;
  private final Promise<Void> replayed = Promise.promise();

  private @Nullable GuardedSocket socket;
  private @Nullable CniPlugin plugin;
  private boolean connected;
  private boolean replaying;

  /**
   * @param peers user ids that may call
   */
  public CniVerticle(AgentConfig config, CallIds ids, Set<Integer> peers) {
    this.config = config;
    this.ids = ids;
    this.peers = Set.copyOf(peers);
    this.spool = new Spool(config.process().spool());
  }

  @Override
  public Future<?> start() {
    plugin = new CniPlugin(vertx, config, ids, () -> connected);
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
      return gate(request).compose(_ -> plugin().handle(request, caller));
    } catch (MalformedFrame garbage) {
      return Future.failedFuture(garbage);
    }
  }

  /** An address may be free only because of a DEL that waits in the spool: that one goes first. */
  private Future<Void> gate(CniRequest request) {
    boolean waits =
        connected
            && !replayed.future().isComplete()
            && request.env().getOrDefault("CNI_COMMAND", "").equals("ADD");
    if (!waits) return Future.succeededFuture();
    return replayed
        .future()
        .timeout(REPLAY_LIMIT.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  private void replay() {
    if (!connected || replaying) return;
    replaying = true;
    (replayed.future().isComplete() ? Future.<Void>succeededFuture() : plugin().rehearse())
        .compose(_ -> vertx.executeBlocking(spool::read))
        .compose(stored -> Future.join(stored.stream().map(this::replay).toList()))
        .onComplete(
            done -> {
              replaying = false;
              if (done.failed()) {
                log.atWarn().addKeyValue("why", done.cause()).log("the spool was not replayed");
              }
              replayed.tryComplete();
            });
  }

  private Future<?> replay(Spool.Stored stored) {
    return plugin()
        .handle(stored.request(), new Cancellation())
        .compose(
            answer -> {
              if (isLater(answer)) return Future.succeededFuture();
              log.atInfo()
                  .addKeyValue(
                      "container", stored.request().env().getOrDefault("CNI_CONTAINERID", ""))
                  .addKeyValue("exit", answer.exitCode())
                  .log("replayed a DEL that came while the agent was away");
              return vertx.executeBlocking(
                  () -> {
                    spool.done(stored);
                    return null;
                  });
            });
  }

  private static boolean isLater(CniAnswer answer) {
    return answer.exitCode() == TRY_AGAIN_LATER_EXIT
        && answer.text().contains("\"code\": " + CniError.TRY_AGAIN_LATER + ",");
  }

  private CniPlugin plugin() {
    return Objects.requireNonNull(plugin, "started");
  }
}
