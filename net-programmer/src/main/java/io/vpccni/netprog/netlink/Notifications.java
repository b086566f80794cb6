package io.vpccni.netprog.netlink;

import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.Socket;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Receives the kernel's notifications about changes in one network namespace, as {@code ip monitor}
 * does. It is for one thread.
 */
public final class Notifications implements AutoCloseable {
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_ADD_MEMBERSHIP = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int RECEIVE_BUFFER = 4 << 20;

  /**
   * These are the multicast groups RTNLGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV4_RULE, IPV6_IFADDR,
   * IPV6_ROUTE and IPV6_RULE (linux/rtnetlink.h).
   */
  private static final List<Integer> GROUPS = List.of(1, 5, 7, 8, 9, 11, 19);

  /** Tells of a change, or that changes were missed. */
  public sealed interface Event {
    record LinkSeen(Link link, boolean removed, int port) implements Event {}

    record AddressSeen(Address address, boolean removed, int port) implements Event {}

    record RouteSeen(Route route, boolean removed, int port) implements Event {}

    record RuleSeen(Rule rule, boolean removed, int port) implements Event {}

    /** The kernel dropped notifications because there were too many; anything may have changed. */
    record Overrun() implements Event {}
  }

  private final Socket socket;
  private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024).order(ByteOrder.nativeOrder());

  private Notifications(Socket socket) {
    this.socket = socket;
  }

  /** Subscribes to changes in the calling thread's network namespace. */
  public static Notifications subscribe() throws SystemCallFailed {
    var socket = Socket.netlink(NetlinkSocket.ROUTE);
    try {
      // A burst of changes by others must not overrun us. The kernel charges this memory only while
      // it is in use.
      socket.option(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
      for (int group : GROUPS) {
        socket.option(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
      }
      return new Notifications(socket);
    } catch (SystemCallFailed e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Returns the events that arrive within that time, in order; the list is empty if there were
   * none.
   */
  public List<Event> await(int timeoutMillis) throws SystemCallFailed {
    var events = new ArrayList<Event>();
    try {
      if (!socket.receive(in, timeoutMillis)) {
        return events;
      }
      do {
        Reply.read(in).forEach(message -> read(message).ifPresent(events::add));
      } while (socket.receive(in, 0));
    } catch (SystemCallFailed e) {
      if (e.errno() != Errno.ENOBUFS) {
        throw e;
      }
      events.add(new Event.Overrun());
    } catch (Malformed e) {
      events.add(new Event.Overrun());
    }
    return events;
  }

  static Optional<Event> read(Reply message) {
    int port = message.port();
    return switch (message.type()) {
      case Link.RTM_NEWLINK, Link.RTM_DELLINK ->
          Link.read(message)
              .map(link -> new Event.LinkSeen(link, message.type() == Link.RTM_DELLINK, port));
      case Address.RTM_NEWADDR, Address.RTM_DELADDR ->
          Address.read(message)
              .map(
                  address ->
                      new Event.AddressSeen(address, message.type() == Address.RTM_DELADDR, port));
      case Route.RTM_NEWROUTE, Route.RTM_DELROUTE ->
          Route.read(message)
              .map(route -> new Event.RouteSeen(route, message.type() == Route.RTM_DELROUTE, port));
      case Rule.RTM_NEWRULE, Rule.RTM_DELRULE ->
          Rule.read(message)
              .map(rule -> new Event.RuleSeen(rule, message.type() == Rule.RTM_DELRULE, port));
      default -> Optional.empty();
    };
  }

  @Override
  public void close() {
    socket.close();
  }
}
