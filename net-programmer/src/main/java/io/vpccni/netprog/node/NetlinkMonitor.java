package io.vpccni.netprog.node;

import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Notifications;
import io.vpccni.netprog.netlink.Notifications.Event;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to the kernel and passes on what somebody else did. */
final class NetlinkMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetlinkMonitor.class);
  private static final int POLL_MILLIS = 1000;

  /**
   * What summary in a short while.
   *
   * @param drift rules, routes or addresses were touched, or events were lost
   * @param seen the last state of each link that changed
   * @param removed links that are gone
   */
  record Summary(boolean drift, Map<Integer, Link> seen, Map<Integer, Link> removed) {
    boolean nothing() {
      return !drift && seen.isEmpty() && removed.isEmpty();
    }
  }

  private final Notifications notifications;
  private final int ownPort;
  private final Consumer<Summary> told;
  private volatile boolean closed;

  /**
   * @param ownPort of the socket whose doing is not news
   */
  NetlinkMonitor(int ownPort, Consumer<Summary> told) throws SystemCallFailed {
    this.ownPort = ownPort;
    this.told = told;
    notifications = Notifications.subscribe();
    Thread.ofPlatform().name("watcher").daemon().start(this::live);
  }

  private void live() {
    while (!closed) {
      try {
        var summary = sum(notifications.await(POLL_MILLIS));
        if (!closed && !summary.nothing()) {
          told.accept(summary);
        }
      } catch (SystemCallFailed | RuntimeException e) {
        if (!closed) {
          // Not told any more is as bad as overrun: look at everything, and not in a hot loop.
          LOG.error("notifications", e);
          told.accept(new Summary(true, Map.of(), Map.of()));
          rest();
        }
      }
    }
    notifications.close();
  }

  private static void rest() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Summary sum(List<Event> events) {
    boolean drift = false;
    var seen = new HashMap<Integer, Link>();
    var removed = new HashMap<Integer, Link>();
    for (var event : events) {
      switch (event) {
        case Event.LinkSeen(var link, var gone, var _) -> {
          seen.remove(link.index());
          (gone ? removed : seen).put(link.index(), link);
        }
        case Event.AddressSeen(var address, var _, var port) ->
            drift |= port != ownPort && address.scope() == Route.UNIVERSE;
        case Event.RouteSeen(var route, var gone, var port) ->
            drift |= port != ownPort && !kernelsOwn(route) && (gone || !route.special());
        case Event.RuleSeen(var _, var _, var port) -> drift |= port != ownPort;
        case Event.Overrun() -> drift = true;
      }
    }
    return new Summary(drift, seen, removed);
  }

  /** Follows from a link or an address, whose change is told by itself. */
  private static boolean kernelsOwn(Route route) {
    return route.protocol() == Route.KERNEL || route.table() == Route.LOCAL;
  }

  /** The thread ends by itself within a second; nobody waits for it. */
  @Override
  public void close() {
    closed = true;
  }
}
