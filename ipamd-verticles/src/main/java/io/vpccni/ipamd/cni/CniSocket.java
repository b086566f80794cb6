package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.frame.MalformedFrame;
import io.vpccni.rpc.socket.FrameConnection;
import io.vpccni.rpc.socket.GuardedSocket;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code cni.sock}: each connection carries one call and its answer. The socket is there
 * from the start; until the agent can do what is asked, the answer is "try again later". It is used
 * on one Vert.x context only.
 */
public final class CniSocket {
  private static final Logger log = LoggerFactory.getLogger(CniSocket.class);
  private static final Duration REPLAY_PERIOD = Duration.ofSeconds(5);

  /** The stamp that answers STATUS while the agent is away is renewed this often. */
  private static final Duration LOOK_PERIOD = Duration.ofSeconds(10);

  private static final Duration FIRST_FRAME = Duration.ofSeconds(2);
  private static final String NOT_DELETED =
      "add cmd: a DEL of the same attachment, which came while the agent was away, is not done yet";

  private final Vertx vertx;
  private final AgentConfig config;
  private final DataplaneGate dataplane;
  private final LastAbility last;
  private final CniPlugin plugin;
  private final SpoolReplay spool;
  private @Nullable GuardedSocket socket;

  /**
   * Makes a socket that does not listen yet.
   *
   * @param queue is shared with all other sockets that take calls about attachments
   * @param dataplane whether net-programmer knows the desired state
   */
  public CniSocket(
      Vertx vertx,
      AgentConfig config,
      CallIds ids,
      ElapsedClock clock,
      AttachmentQueue queue,
      DataplaneGate dataplane) {
    this.vertx = vertx;
    this.config = config;
    this.dataplane = dataplane;
    this.last = LastAbility.of(vertx, config.process(), clock);
    this.plugin = new CniPlugin(vertx, config, ids, clock, queue, dataplane, last);
    this.spool =
        new SpoolReplay(
            vertx,
            new Spool(config.process().spool(), clock),
            plugin::settle,
            plugin::rehearse,
            SpoolReplay.PATIENCE);
  }

  /**
   * Opens the socket.
   *
   * @param peers user ids that may call
   */
  public Future<?> listen(Set<Integer> peers) {
    var server = vertx.createNetServer().connectHandler(this::accepted);
    var rules = SocketRules.of(config.process().cniSocket(), "rw-------", peers);
    var streams = new Streams(vertx);
    streams.each(streams.ticks(REPLAY_PERIOD), _ -> replay());
    streams.each(streams.ticks(LOOK_PERIOD), _ -> plugin.look());
    return last.load()
        .compose(_ -> GuardedSocket.listen(vertx, rules, server))
        .onSuccess(listening -> socket = listening);
  }

  /** Closes the socket, if it was opened, and all its connections. */
  public Future<?> close() {
    return socket == null ? Future.succeededFuture() : socket.close();
  }

  /** Carries out what the spool holds, provided that the data plane is there. */
  public void replay() {
    if (dataplane.isOpen()) spool.run();
  }

  private void accepted(NetSocket accepted) {
    var caller = new Cancellation();
    // A call that a DEL overtakes is cancelled as well, but its caller still waits for an answer.
    var gone = new Cancellation();
    var frames = new FrameConnection(vertx, accepted, Framing.CNI).firstFrameWithin(FIRST_FRAME);
    frames.start(
        body ->
            answer(body, caller)
                .onComplete(
                    done -> {
                      if (done.failed()) unanswered(frames, done.cause());
                      else if (!gone.cancelled()) frames.send(done.result().encode());
                    }),
        _ -> {
          gone.cancel();
          caller.cancel();
        });
  }

  private static void unanswered(FrameConnection frames, Throwable why) {
    log.atWarn().setCause(why).log("A CNI call was closed without an answer");
    frames.close(why.toString());
  }

  private Future<CniAnswer> answer(byte[] body, Cancellation caller) {
    try {
      var request = CniRequest.decode(body);
      return switch (request.env().getOrDefault("CNI_COMMAND", "")) {
        case "ADD" -> add(request, caller);
        case "DEL" -> plugin.handle(request, caller).onSuccess(done -> afterDel(request, done));
        default -> plugin.handle(request, caller);
      };
    } catch (MalformedFrame garbage) {
      return Future.failedFuture(garbage);
    }
  }

  /** Without the data plane nothing can be said of the spool, and no pod can be wired: it waits. */
  private Future<CniAnswer> add(CniRequest request, Cancellation caller) {
    return dataplane
        .await(config.pool().waiting().longest(), caller)
        .compose(open -> open ? spool.before(request.env()) : Future.succeededFuture(true))
        .compose(
            free ->
                free
                    ? plugin.handle(request, caller)
                    : Future.succeededFuture(CniError.later(NOT_DELETED).answer()));
  }

  private void afterDel(CniRequest request, CniAnswer answer) {
    if (answer.exitCode() == 0) spool.deleted(request.env());
  }
}
