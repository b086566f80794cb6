package io.vpccni.netprog.netlink;

import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.Socket;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;

/**
 * A socket for requests in one network namespace. Several requests go in one send; each reply is
 * matched to its request by sequence number. For one thread at a time.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** NETLINK_ROUTE: links, addresses, routes, rules, neighbours. */
  public static final int ROUTE = 0;

  /** NETLINK_NETFILTER: connection tracking. */
  public static final int NETFILTER = 12;

  /** NETLINK_SOCK_DIAG: sockets of programs. */
  public static final int SOCK_DIAG = 4;

  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;

  /** The acknowledgements of so many requests fit into the smallest usual receive buffer. */
  private static final int BATCH_REQUESTS = 64;

  private static final int BATCH_BYTES = 32 * 1024;

  /** The kernel never makes a datagram larger than this. */
  private static final int RECEIVE_BYTES = 64 * 1024;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int DUMP_ATTEMPTS = 5;

  /** Whoever changes what is dumped may be done after that. */
  private static final Duration DUMP_PAUSE = Duration.ofMillis(100);

  private final Wire socket;
  private final Buffers buffers;
  private final ByteBuffer out;
  private final ByteBuffer in;
  private int sequence;
  private long nanosInKernel;

  /** That had entries of the last dump. */
  private int datagrams;

  private boolean closed;

  /** Memory outside of the heap is dear to get, and most sockets live for one pod only. */
  private record Buffers(ByteBuffer out, ByteBuffer in) {
    private static final Queue<Buffers> SPARE = new ArrayBlockingQueue<>(2);

    static Buffers take() {
      var spare = SPARE.poll();
      return spare == null ? new Buffers(direct(BATCH_BYTES), direct(RECEIVE_BYTES)) : spare;
    }

    void giveBack() {
      boolean _ = SPARE.offer(this);
    }
  }

  private NetlinkSocket(Wire socket) {
    this.socket = socket;
    this.buffers = Buffers.take();
    this.out = buffers.out;
    this.in = buffers.in;
  }

  /** How sockets come to be; tests put something between a socket and the kernel. */
  public interface Opener {
    /** Opens one in the calling thread's network namespace. */
    NetlinkSocket open(int protocol) throws SystemCallFailed;
  }

  /** Over an open socket, which is closed with this one. */
  public static NetlinkSocket over(Wire wire) {
    return new NetlinkSocket(wire);
  }

  /** Opens one in the calling thread's network namespace. */
  public static NetlinkSocket open(int protocol) throws SystemCallFailed {
    return over(wire(protocol));
  }

  /** Opens one in the calling thread's network namespace, which words its errors shortly. */
  public static Wire wire(int protocol) throws SystemCallFailed {
    var socket = Socket.netlink(protocol);
    try {
      socket.option(SOL_NETLINK, NETLINK_CAP_ACK, 1);
      socket.option(SOL_NETLINK, NETLINK_EXT_ACK, 1);
      return socket;
    } catch (SystemCallFailed e) {
      socket.close();
      throw e;
    }
  }

  private static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  /** The number that notifications about our own doing carry. */
  public int port() throws SystemCallFailed {
    return socket.port();
  }

  /** What its calls have spent in the kernel so far, in nanoseconds. */
  public long nanosInKernel() {
    return nanosInKernel;
  }

  /** Sends all and fails with the first error that its request does not tolerate. */
  public List<Outcome> run(List<Request> requests) throws NetlinkFailed {
    var outcomes = exchange(requests);
    Outcome.demand(outcomes);
    return outcomes;
  }

  /** Sends all, whatever becomes of each; the kernel handles them in order. */
  public List<Outcome> exchange(List<Request> requests) throws NetlinkFailed {
    var outcomes = new ArrayList<Outcome>(requests.size());
    int from = 0;
    while (from < requests.size()) {
      int to = endOfBatch(requests, from);
      outcomes.addAll(batch(requests.subList(from, to)));
      from = to;
    }
    return outcomes;
  }

  private static int endOfBatch(List<Request> requests, int from) {
    int bytes = requests.get(from).size();
    int to = from + 1;
    while (to < requests.size()
        && to - from < BATCH_REQUESTS
        && bytes + requests.get(to).size() <= BATCH_BYTES) {
      bytes += requests.get(to).size();
      to++;
    }
    return to;
  }

  private List<Outcome> batch(List<Request> requests) throws NetlinkFailed {
    int first = sequence + 1;
    out.clear();
    for (var request : requests) {
      request.write(out, ++sequence);
    }
    out.flip();
    var data = new ArrayList<List<Reply>>();
    var ends = new ArrayList<Optional<Reply>>();
    requests.forEach(
        _ -> {
          data.add(new ArrayList<>());
          ends.add(Optional.empty());
        });
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    try {
      send();
      int open = requests.size();
      while (open > 0) {
        for (var reply : receive(requests.getFirst(), deadline)) {
          int index = reply.sequence() - first;
          // Anything else is the late answer of a request that was given up.
          if (index >= 0 && index < requests.size() && ends.get(index).isEmpty()) {
            if (reply.last()) {
              ends.set(index, Optional.of(reply));
              open--;
            } else {
              data.get(index).add(reply);
            }
          }
        }
      }
    } catch (SystemCallFailed e) {
      throw new NetlinkFailed(requests.getFirst().toString(), e, e.errno());
    }
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < requests.size(); i++) {
      var end = ends.get(i).orElseThrow();
      outcomes.add(new Outcome(requests.get(i), end.errno(), end.text(), data.get(i)));
    }
    return outcomes;
  }

  /**
   * Everything the dump lists that the reader knows, each as a value. A dump that the kernel marks
   * as interrupted by a change is repeated.
   */
  <T> List<T> dump(Request request, Function<Reply, Optional<T>> reader) throws NetlinkFailed {
    for (int attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
      var replies = new ArrayList<Reply>();
      if (collect(request, replies)) {
        return values(request, replies, reader);
      }
      if (attempt > 1 && attempt < DUMP_ATTEMPTS) {
        rest();
      }
    }
    throw new NetlinkFailed(
        request + ": changed while it was read, " + DUMP_ATTEMPTS + " times", Errno.EINTR, "");
  }

  /**
   * The same for tables of whose changes the kernel says nothing while it lists them entry by
   * number: one that comes or goes meanwhile makes it list another one twice or not at all. So what
   * took more than one datagram is read until two readings agree, or for want of that the last one.
   */
  <T> List<T> dumpUntilSame(Request request, Function<Reply, Optional<T>> reader)
      throws NetlinkFailed {
    var last = dump(request, reader);
    for (int attempt = 2; attempt <= DUMP_ATTEMPTS && datagrams > 1; attempt++) {
      var next = dump(request, reader);
      if (next.equals(last)) {
        return next;
      }
      last = next;
    }
    return last;
  }

  private static <T> List<T> values(
      Request request, List<Reply> replies, Function<Reply, Optional<T>> reader)
      throws NetlinkFailed {
    try {
      return replies.stream().flatMap(reply -> reader.apply(reply).stream()).toList();
    } catch (Malformed e) {
      throw new NetlinkFailed(request.toString(), e, Errno.EINVAL);
    }
  }

  private static void rest() throws NetlinkFailed {
    try {
      Thread.sleep(DUMP_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetlinkFailed("dump", e, Errno.EINTR);
    }
  }

  private boolean collect(Request request, List<Reply> replies) throws NetlinkFailed {
    int expected = ++sequence;
    out.clear();
    request.write(out, expected);
    out.flip();
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    boolean whole = true;
    datagrams = 0;
    try {
      send();
      while (true) {
        int before = replies.size();
        for (var reply : receive(request, deadline)) {
          if (reply.sequence() != expected) {
            continue;
          }
          whole &= !reply.interrupted();
          if (!reply.last()) {
            replies.add(reply);
            datagrams += replies.size() == before + 1 ? 1 : 0;
          } else if (reply.errno() == Errno.EBUSY) {
            drain();
            return false;
          } else if (reply.errno() > 0) {
            throw new NetlinkFailed(request.toString(), reply.errno(), reply.text());
          } else {
            return whole;
          }
        }
      }
    } catch (SystemCallFailed e) {
      throw new NetlinkFailed(request.toString(), e, e.errno());
    }
  }

  private void send() throws SystemCallFailed {
    long begun = System.nanoTime();
    socket.send(out);
    nanosInKernel += System.nanoTime() - begun;
  }

  /** One that broke off earlier goes on in the kernel, and keeps others out, until it is read. */
  private void drain() throws SystemCallFailed {
    while (socket.receive(in, 0)) {
      // Nobody asks for it any more.
    }
  }

  private List<Reply> receive(Request request, long deadline)
      throws SystemCallFailed, NetlinkFailed {
    long begun = System.nanoTime();
    long left = Math.max(0, (deadline - begun) / 1_000_000);
    boolean received = socket.receive(in, (int) left);
    nanosInKernel += System.nanoTime() - begun;
    if (!received) {
      throw new NetlinkFailed(request + ": no answer in " + TIMEOUT, Errno.ETIMEDOUT, "");
    }
    try {
      return Reply.read(in);
    } catch (Malformed e) {
      throw new NetlinkFailed(request.toString(), e, Errno.EINVAL);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      socket.close();
      buffers.giveBack();
    }
  }
}
