package io.vpccni.netprog.netlink;

import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.Socket;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends requests in one network namespace and receives the replies. Several requests are sent at
 * once, and each reply is matched to its request by sequence number. It is for one thread at a
 * time.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** NETLINK_ROUTE handles links, addresses, routes, rules and neighbours. */
  public static final int ROUTE = 0;

  /** NETLINK_NETFILTER handles connection tracking and nf_tables. */
  public static final int NETFILTER = 12;

  /** NETLINK_SOCK_DIAG lists sockets of programs. */
  public static final int SOCK_DIAG = 4;

  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;

  /** The acknowledgements of this many requests fit into the smallest usual receive buffer. */
  private static final int BATCH_REQUESTS = 64;

  private static final int DUMP_ATTEMPTS = 5;

  /** After this pause, whoever changes what is dumped may be done. */
  private static final Duration DUMP_PAUSE = Duration.ofMillis(100);

  private final NetlinkChannel channel;
  private int sequence;

  /** Counts the datagrams with entries in the last dump. */
  private int datagrams;

  private NetlinkSocket(Wire wire) {
    channel = new NetlinkChannel(wire);
  }

  /** Opens sockets; tests put something between a socket and the kernel. */
  public interface Opener {
    /** Opens a socket in the calling thread's network namespace. */
    NetlinkSocket open(int protocol) throws SystemCallFailed;
  }

  /** Makes a socket over an open wire, which is closed with it. */
  public static NetlinkSocket over(Wire wire) {
    return new NetlinkSocket(wire);
  }

  /** Opens a socket in the calling thread's network namespace. */
  public static NetlinkSocket open(int protocol) throws SystemCallFailed {
    return over(wire(protocol));
  }

  /**
   * Opens a wire in the calling thread's network namespace, on which errors are short and have a
   * text.
   */
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

  /** Returns the port that notifications about our own changes carry. */
  public int port() throws SystemCallFailed {
    return channel.port();
  }

  /** Returns the time that calls have spent in the kernel so far, in nanoseconds. */
  public long nanosInKernel() {
    return channel.nanosInKernel();
  }

  /** Sends all requests and fails with the first error that its request does not tolerate. */
  public List<Outcome> run(List<Request> requests) throws NetlinkFailed {
    var outcomes = exchange(requests);
    Outcome.demand(outcomes);
    return outcomes;
  }

  /** Sends all requests and returns the outcome of each. The kernel handles them in order. */
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
        && bytes + requests.get(to).size() <= NetlinkChannel.SEND_BYTES) {
      bytes += requests.get(to).size();
      to++;
    }
    return to;
  }

  private List<Outcome> batch(List<Request> requests) throws NetlinkFailed {
    int first = sequence + 1;
    sequence += requests.size();
    var data = new ArrayList<List<Reply>>();
    var ends = new ArrayList<Optional<Reply>>();
    requests.forEach(
        _ -> {
          data.add(new ArrayList<>());
          ends.add(Optional.empty());
        });
    long deadline = NetlinkChannel.deadline();
    try {
      channel.send(requests, first);
      int open = requests.size();
      while (open > 0) {
        for (var reply : channel.receive(requests.getFirst(), deadline)) {
          int index = reply.sequence() - first;
          // Any other reply is the late answer to a request that was given up.
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
   * Lists everything in a dump that the reader understands. A dump that the kernel marks as
   * interrupted by a change is repeated.
   */
  <T> List<T> dump(Request request, Function<Reply, Optional<T>> reader) throws NetlinkFailed {
    for (int attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
      var replies = new ArrayList<Reply>();
      if (collect(request, replies)) {
        return values(request, replies, reader);
      }
      if (attempt > 1 && attempt < DUMP_ATTEMPTS) {
        pause();
      }
    }
    throw new NetlinkFailed(
        request + ": changed while it was read, " + DUMP_ATTEMPTS + " times", Errno.EINTR, "");
  }

  /**
   * Lists a table that the kernel enumerates by position without telling of changes. An entry that
   * comes or goes meanwhile makes the kernel list another one twice or not at all. What took more
   * than one datagram is therefore read until two readings agree; if none do, the last one counts.
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

  private static void pause() throws NetlinkFailed {
    try {
      Thread.sleep(DUMP_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetlinkFailed("dump", e, Errno.EINTR);
    }
  }

  private boolean collect(Request request, List<Reply> replies) throws NetlinkFailed {
    int expected = ++sequence;
    long deadline = NetlinkChannel.deadline();
    boolean whole = true;
    datagrams = 0;
    try {
      channel.send(List.of(request), expected);
      while (true) {
        int before = replies.size();
        for (var reply : channel.receive(request, deadline)) {
          if (reply.sequence() != expected) {
            continue;
          }
          whole &= !reply.interrupted();
          if (!reply.last()) {
            replies.add(reply);
            datagrams += replies.size() == before + 1 ? 1 : 0;
          } else if (reply.errno() == Errno.EBUSY) {
            channel.drain();
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

  @Override
  public void close() {
    channel.close();
  }
}
