package io.vpccni.rpc.envelope;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.socket.FrameConnection;
import io.vpccni.rpc.socket.GuardedSocket;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Refused;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests on a guarded socket, in the order in which the answers become ready. */
public final class EnvelopeServer {
  private static final Logger LOG = LoggerFactory.getLogger(EnvelopeServer.class);

  private final Vertx vertx;
  private final SocketRules rules;
  private final int maxInFlight;
  private final Function<Envelope, Future<Envelope>> service;
  private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
  private final NetServer server;

  private EnvelopeServer(
      Vertx vertx,
      SocketRules rules,
      int maxInFlight,
      Function<Envelope, Future<Envelope>> service) {
    this.vertx = vertx;
    this.rules = rules;
    this.maxInFlight = maxInFlight;
    this.service = service;
    this.server = vertx.createNetServer().connectHandler(this::accepted);
  }

  /** Holds a listening server, and the socket that closes it. */
  public record Listening(EnvelopeServer server, GuardedSocket socket) {}

  /**
   * Starts a server.
   *
   * @param maxInFlight how many requests of one connection may be unanswered; further ones are
   *     answered BUSY
   * @param service turns a request into its answer on the connection's event loop; a failed future
   *     is answered FAILED
   */
  public static Future<Listening> listen(
      Vertx vertx,
      SocketRules rules,
      int maxInFlight,
      Function<Envelope, Future<Envelope>> service) {
    var made = new EnvelopeServer(vertx, rules, maxInFlight, service);
    return GuardedSocket.listen(vertx, rules, made.server)
        .map(socket -> new Listening(made, socket));
  }

  /**
   * Sends a notification on every connection. A connection whose peer does not read is closed,
   * since its successor begins with a Sync of the whole state anyway.
   */
  public void notifyAll(Envelope notification) {
    for (var peer : List.copyOf(peers)) peer.tell(notification);
  }

  /** Makes the answer that refuses a request. */
  public static Envelope refused(Refused.Kind kind, String message) {
    return Envelope.newBuilder()
        .setRefused(Refused.newBuilder().setKind(kind).setMessage(message))
        .build();
  }

  private void accepted(NetSocket socket) {
    var frames =
        new FrameConnection(vertx, socket, Framing.ENVELOPE).firstFrameWithin(rules.firstMessage());
    var peer = new Peer(frames, vertx.getOrCreateContext());
    peers.add(peer);
    frames.start(
        peer::received,
        why -> {
          peers.remove(peer);
          LOG.atInfo()
              .addKeyValue("socket", rules.path())
              .addKeyValue("why", why)
              .log("Connection closed");
        });
  }

  private final class Peer {
    private final FrameConnection frames;
    private final Context context;
    private int inFlight;

    Peer(FrameConnection frames, Context context) {
      this.frames = frames;
      this.context = context;
    }

    void received(byte[] body) {
      Envelope request;
      try {
        request = Envelope.parseFrom(body);
      } catch (InvalidProtocolBufferException garbage) {
        frames.close("not an Envelope: " + garbage);
        return;
      }
      if (request.getId() == 0) {
        frames.close("a request without an id");
        return;
      }
      if (inFlight >= maxInFlight) {
        answer(
            request,
            refused(Refused.Kind.BUSY, inFlight + " requests of this connection are unanswered"));
        return;
      }
      inFlight++;
      Future.succeededFuture(request)
          .compose(service)
          .otherwise(
              bug -> {
                LOG.atError()
                    .addKeyValue("request", request.getBodyCase())
                    .setCause(bug)
                    .log("Request failed");
                return refused(Refused.Kind.FAILED, request.getBodyCase() + ": " + bug);
              })
          .onSuccess(
              answer ->
                  context.runOnContext(
                      _ -> {
                        inFlight--;
                        answer(request, answer);
                      }));
    }

    private void answer(Envelope request, Envelope answer) {
      write(answer.toBuilder().setId(request.getId()).setDeadlineMs(0).build());
      if (frames.isCongested()) {
        frames.pause();
        frames.onDrained(frames::resume);
      }
    }

    void tell(Envelope notification) {
      context.runOnContext(
          _ -> {
            if (frames.isCongested()) frames.close("notifications are not read");
            else write(notification.toBuilder().setId(0).setDeadlineMs(0).build());
          });
    }

    private void write(Envelope envelope) {
      var body = envelope.toByteArray();
      if (body.length <= Framing.ENVELOPE.maxBody()) frames.send(body);
      else
        write(
            refused(Refused.Kind.FAILED, "an answer of " + body.length + " bytes is too long")
                .toBuilder()
                .setId(envelope.getId())
                .build());
    }
  }
}
