package io.vpccni.rpc.envelope;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.socket.FrameConnection;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import io.vpccni.rpc.wire.netprog.ListPods;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client keeps one connection to an {@link EnvelopeServer} and matches answers to requests. It
 * reconnects by itself after a loss and tells its owner, because a new connection must begin with a
 * Sync. Everything runs on the context that the client was made on.
 */
public final class EnvelopeClient {
  private static final Logger LOG = LoggerFactory.getLogger(EnvelopeClient.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  /**
   * After this time without a request the client sends one of its own. The server closes a
   * connection that stays silent for {@link SocketRules#FIRST_MESSAGE}, and an owner that does not
   * know the desired state yet must not lose its connection. The answer is dropped like any that
   * nobody waits for.
   */
  private static final long SILENT_MILLIS = 1000;

  private static final long FIRST_RETRY_MILLIS = 50;
  private static final long LAST_RETRY_MILLIS = 2000;

  /** Hears what happens to the connection, and what arrives on it without a request. */
  public interface Owner {
    /** A new connection has been made and nothing has been sent on it. */
    void connected();

    /**
     * The connection was lost and every waiting call has failed; the client is already
     * reconnecting. This is not repeated while attempts go on failing.
     */
    void disconnected(String why);

    /** The server has sent a notification. */
    void notified(Envelope notification);

    /**
     * An answer came for which nobody waits any more. It is too late for its caller, and still
     * shows that the server works.
     *
     * @param request what it answers
     */
    default void answeredLate(BodyCase request, Envelope answer) {}
  }

  private record Waiting(Promise<Envelope> answer, long timer, BodyCase what) {}

  private final Vertx vertx;
  private final Context context;
  private final NetClient sockets;
  private final Path path;
  private final int maxInFlight;
  private final Owner owner;
  private final Map<Long, Waiting> waiting = new HashMap<>();
  private final LateRequests late = new LateRequests();
  private @Nullable FrameConnection connection;
  private long lastId;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private boolean reportedDown;
  private boolean closed;

  /** Says whether anything has arrived on the present connection. */
  private boolean heard;

  /**
   * Makes a client that starts connecting at once. It belongs to the calling context.
   *
   * @param maxInFlight how many calls may wait for their answers at the same time; further ones
   *     fail at once with {@link CallFailed.NotSent}
   */
  public EnvelopeClient(Vertx vertx, Path path, int maxInFlight, Owner owner) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.path = path;
    this.maxInFlight = maxInFlight;
    this.owner = owner;
    this.sockets =
        vertx.createNetClient(
            new NetClientOptions().setConnectTimeout((int) CONNECT_TIMEOUT.toMillis()));
    context.runOnContext(_ -> connect());
  }

  /**
   * Sends a request after filling in its id and deadline.
   *
   * @return the answer, which may be a {@code Refused}; the future fails with {@link CallFailed}
   */
  public Future<Envelope> call(Envelope request, Duration deadline) {
    return call(request, deadline, maxInFlight);
  }

  /**
   * Sends a request like {@link #call}, but beyond the limit: while many calls wait for their
   * answers, it matters most to find out whether the peer answers at all.
   */
  public Future<Envelope> callBeyondLimit(Envelope request, Duration deadline) {
    return call(request, deadline, Integer.MAX_VALUE);
  }

  private Future<Envelope> call(Envelope request, Duration deadline, int limit) {
    Promise<Envelope> answer = Promise.promise();
    if (Vertx.currentContext() == context) send(request, deadline, limit, answer);
    else context.runOnContext(_ -> send(request, deadline, limit, answer));
    return answer.future();
  }

  /**
   * Fails all calls that wait with {@link CallFailed.OutcomeUnknown} and drops their answers if
   * they come late. The connection stays. An owner needs this before it sends a further Sync on the
   * same connection, and calls it on the client's context.
   */
  public void forgetCalls(String why) {
    waiting.forEach((id, orphan) -> late.add(id, orphan.what));
    var orphans = List.copyOf(waiting.values());
    waiting.clear();
    for (var orphan : orphans) {
      vertx.cancelTimer(orphan.timer);
      orphan.answer.fail(new CallFailed.OutcomeUnknown(orphan.what + " was not answered: " + why));
    }
  }

  public boolean isConnected() {
    return connection != null;
  }

  /** Closes the connection for good and fails the calls that wait. */
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        _ -> {
          closed = true;
          if (connection != null) connection.close("closed by this side");
          sockets.close().onComplete(done);
        });
    return done.future();
  }

  private void send(Envelope request, Duration deadline, int limit, Promise<Envelope> answer) {
    var what = request.getBodyCase();
    if (connection == null) {
      answer.fail(new CallFailed.NotSent(what + " was not sent: no connection to " + path));
    } else if (waiting.size() >= limit) {
      answer.fail(
          new CallFailed.NotSent(
              what + " was not sent: " + waiting.size() + " calls wait for " + path));
    } else {
      long id = ++lastId;
      long millis = Math.clamp(deadline.toMillis(), 1, Integer.MAX_VALUE);
      var envelope = request.toBuilder().setId(id).setDeadlineMs((int) millis).build();
      var body = envelope.toByteArray();
      if (body.length > Framing.ENVELOPE.maxBody()) {
        answer.fail(
            new CallFailed.NotSent(
                what + " was not sent: " + body.length + " bytes are too long for one frame"));
        return;
      }
      long timer = vertx.setTimer(millis, _ -> expire(id, millis));
      waiting.put(id, new Waiting(answer, timer, what));
      connection.send(body);
    }
  }

  private void expire(long id, long millis) {
    var expired = waiting.remove(id);
    if (expired != null) {
      late.add(id, expired.what);
      expired.answer.fail(
          new CallFailed.OutcomeUnknown(
              expired.what + " was not answered within " + millis + " ms"));
    }
  }

  private void connect() {
    if (closed) return;
    sockets
        .connect(SocketAddress.domainSocketAddress(path.toString()))
        .onSuccess(this::connected)
        .onFailure(this::retry);
  }

  private void connected(NetSocket socket) {
    retryMillis = FIRST_RETRY_MILLIS;
    reportedDown = false;
    var fresh = new FrameConnection(vertx, socket, Framing.ENVELOPE);
    connection = fresh;
    heard = false;
    long since = System.nanoTime();
    fresh.start(
        body -> {
          heard = true;
          received(fresh, body);
        },
        why -> {
          connection = null;
          lost("connection to " + path + " lost: " + why + suspicion(since));
          later();
        });
    long sentBefore = lastId;
    vertx.setTimer(
        SILENT_MILLIS,
        _ -> {
          if (connection == fresh && lastId == sentBefore) hello(fresh);
        });
    owner.connected();
  }

  /**
   * Names a likely reason for a loss. The server cannot say why it closes a connection, and on a
   * machine that is short of CPU the first request may come too late.
   */
  private String suspicion(long since) {
    var lived = Duration.ofNanos(System.nanoTime() - since);
    return heard || lived.compareTo(SocketRules.FIRST_MESSAGE) < 0
        ? ""
        : "; it lived for %d ms and carried no answer, and the server closes a connection whose first request takes longer than %d ms: is this machine short of CPU?"
            .formatted(lived.toMillis(), SocketRules.FIRST_MESSAGE.toMillis());
  }

  private void hello(FrameConnection fresh) {
    var hello = Envelope.newBuilder().setId(++lastId).setListPods(ListPods.getDefaultInstance());
    late.add(lastId, hello.getBodyCase());
    fresh.send(hello.build().toByteArray());
  }

  private void retry(Throwable why) {
    lost("no connection to " + path + ": " + worded(why));
    later();
  }

  /** Gives the commonest error, for which netty has no text, a message. */
  private static String worded(Throwable why) {
    return why instanceof FileNotFoundException
        ? "the socket does not exist (yet)"
        : why.toString();
  }

  private void later() {
    if (closed) return;
    vertx.setTimer(retryMillis, _ -> connect());
    retryMillis = Math.min(retryMillis * 2, LAST_RETRY_MILLIS);
  }

  private void lost(String why) {
    forgetCalls(why);
    if (reportedDown || closed) return;
    reportedDown = true;
    owner.disconnected(why);
  }

  private void received(FrameConnection from, byte[] body) {
    Envelope envelope;
    try {
      envelope = Envelope.parseFrom(body);
    } catch (InvalidProtocolBufferException garbage) {
      from.close("not an Envelope: " + garbage);
      return;
    }
    if (envelope.getId() == 0) {
      owner.notified(envelope);
      return;
    }
    var asked = waiting.remove(envelope.getId());
    if (asked == null) {
      LOG.atDebug().addKeyValue("id", envelope.getId()).log("An answer came after its deadline");
      late.remove(envelope.getId()).ifPresent(what -> owner.answeredLate(what, envelope));
      return;
    }
    vertx.cancelTimer(asked.timer);
    asked.answer.complete(envelope);
  }
}
