package io.vpccni.rpc.socket;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vpccni.rpc.frame.FrameParser;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.frame.MalformedFrame;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries whole frames over a socket. All callbacks run on the socket's context. */
public final class FrameConnection {
  private final Vertx vertx;
  private final NetSocket socket;
  private final Framing framing;
  private final FrameParser parser;
  private Optional<Long> firstFrameTimer = Optional.empty();
  private Optional<String> closedFor = Optional.empty();
  private Consumer<byte[]> onBody = _ -> {};
  private Consumer<String> onClosed = _ -> {};
  private boolean closed;

  /**
   * Wraps a socket. This must happen in the connect handler, before anything can have been read,
   * and {@link #start} must follow.
   */
  public FrameConnection(Vertx vertx, NetSocket socket, Framing framing) {
    this.vertx = vertx;
    this.socket = socket;
    this.framing = framing;
    this.parser = new FrameParser(framing);
  }

  /**
   * Closes the connection unless its first complete frame arrives in time. Afterwards it may idle.
   */
  public FrameConnection firstFrameWithin(Duration limit) {
    firstFrameTimer =
        Optional.of(
            vertx.setTimer(
                limit.toMillis(),
                _ -> close("no complete frame within " + limit.toMillis() + " ms of connecting")));
    return this;
  }

  /**
   * Starts reading.
   *
   * @param onBody gets the body of each frame
   * @param onClosed is called once, with the reason
   */
  public void start(Consumer<byte[]> onBody, Consumer<String> onClosed) {
    this.onBody = onBody;
    this.onClosed = onClosed;
    socket.exceptionHandler(error -> close(error.toString()));
    socket.closeHandler(_ -> closed());
    socket.handler(this::read);
  }

  private void read(Buffer bytes) {
    if (closed) return;
    try {
      for (var body : parser.feed(bytes.getBytes())) {
        firstFrameTimer.ifPresent(vertx::cancelTimer);
        firstFrameTimer = Optional.empty();
        if (!closed) onBody.accept(body);
      }
    } catch (MalformedFrame garbage) {
      close(garbage.toString());
    }
  }

  /**
   * Sends one frame.
   *
   * @throws MalformedFrame if the body is too long for this framing
   */
  public Future<Void> send(byte[] body) {
    return socket.write(Buffer.buffer(framing.frame(body)));
  }

  /** Returns whether the peer reads more slowly than we write. */
  public boolean isCongested() {
    return socket.writeQueueFull();
  }

  /** Stops reading until {@link #resume}; what is queued is still sent. */
  public void pause() {
    socket.pause();
  }

  public void resume() {
    socket.resume();
  }

  /** Runs the action once the peer has caught up after {@link #isCongested}. */
  public void onDrained(Runnable action) {
    socket.drainHandler(_ -> action.run());
  }

  public void close(String why) {
    if (closedFor.isEmpty()) closedFor = Optional.of(why);
    socket.close();
  }

  private void closed() {
    if (closed) return;
    closed = true;
    firstFrameTimer.ifPresent(vertx::cancelTimer);
    onClosed.accept(closedFor.orElse("closed by the other side"));
  }
}
