package io.vpccni.netprog.netlink;

import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Sends and receives datagrams on one wire, with a deadline for each answer, and measures the time
 * that the kernel takes. It is for one thread at a time.
 */
final class NetlinkChannel implements AutoCloseable {
  /** A batch of requests is at most this long. */
  static final int SEND_BYTES = 32 * 1024;

  /** The kernel never makes a datagram larger than this. */
  private static final int RECEIVE_BYTES = 64 * 1024;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Wire wire;
  private final Buffers buffers = Buffers.take();
  private long nanosInKernel;
  private boolean closed;

  /**
   * The buffers are reused, because memory outside of the heap is expensive to get and most sockets
   * live for one pod only.
   */
  private record Buffers(ByteBuffer out, ByteBuffer in) {
    private static final Queue<Buffers> SPARE = new ArrayBlockingQueue<>(2);

    static Buffers take() {
      var spare = SPARE.poll();
      return spare == null ? new Buffers(direct(SEND_BYTES), direct(RECEIVE_BYTES)) : spare;
    }

    private static ByteBuffer direct(int size) {
      return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    void giveBack() {
      boolean _ = SPARE.offer(this);
    }
  }

  NetlinkChannel(Wire wire) {
    this.wire = wire;
  }

  int port() throws SystemCallFailed {
    return wire.port();
  }

  long nanosInKernel() {
    return nanosInKernel;
  }

  /** Returns the {@link System#nanoTime} until which an answer to a request sent now may come. */
  static long deadline() {
    return System.nanoTime() + TIMEOUT.toNanos();
  }

  /** Sends requests, which get consecutive sequence numbers. */
  void send(List<Request> requests, int firstSequence) throws SystemCallFailed {
    var out = buffers.out;
    out.clear();
    int sequence = firstSequence;
    for (var request : requests) {
      request.write(out, sequence++);
    }
    out.flip();
    long begun = System.nanoTime();
    wire.send(out);
    nanosInKernel += System.nanoTime() - begun;
  }

  /**
   * Returns the messages of the next datagram.
   *
   * @param request the request that is named if this fails
   * @throws NetlinkFailed with ETIMEDOUT if none comes before the deadline
   */
  List<Reply> receive(Request request, long deadline) throws SystemCallFailed, NetlinkFailed {
    long begun = System.nanoTime();
    long left = Math.max(0, (deadline - begun) / 1_000_000);
    boolean received = wire.receive(buffers.in, (int) left);
    nanosInKernel += System.nanoTime() - begun;
    if (!received) {
      throw new NetlinkFailed(request + ": no answer in " + TIMEOUT, Errno.ETIMEDOUT, "");
    }
    try {
      return Reply.read(buffers.in);
    } catch (Malformed e) {
      throw new NetlinkFailed(request.toString(), e, Errno.EINVAL);
    }
  }

  /**
   * Reads what is left of a dump that was given up: it goes on in the kernel, and keeps others out,
   * until it has been read.
   */
  void drain() throws SystemCallFailed {
    while (wire.receive(buffers.in, 0)) {
      // Nobody needs these replies any more.
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      wire.close();
      buffers.giveBack();
    }
  }
}
