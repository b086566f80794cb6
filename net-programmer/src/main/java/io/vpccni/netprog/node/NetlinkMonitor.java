package io.vpccni.netprog.node;

import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Notifications;
import io.vpccni.netprog.netlink.Notifications.Event;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the kernel's notifications, on a thread of its own, and passes on what other programs
 * changed.
 */
final class NetlinkMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetlinkMonitor.class);
  private static final int POLL_MILLIS = 1000;

  /**
   * Sums up the changes within a short time.
   *
   * @param drift whether rules, routes or addresses were changed by others, or notifications were
   *     lost
   * @param addresses whether others gave the host an address or took one away that could be a pod's
   * @param seen the last state of each link that changed
   * @param removed links that are gone
   */
  record Summary(
      boolean drift, boolean addresses, Map<Integer, Link> seen, Map<Integer, Link> removed) {
    boolean nothing() {
      return !drift && !addresses && seen.isEmpty() && removed.isEmpty();
    }
  }

  private final Notifications notifications;
  private final int ownPort;
  private final Consumer<Summary> listener;
  private volatile boolean closed;

  /**
   * Starts listening in the calling thread's network namespace.
   *
   * @param ownPort port of the socket whose changes are our own
   */
  NetlinkMonitor(int ownPort, Consumer<Summary> listener) throws SystemCallFailed {
    this.ownPort = ownPort;
    this.listener = listener;
    notifications = Notifications.subscribe();
    Thread.ofPlatform().name("netlink-monitor").daemon().start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        var summary = sum(notifications.await(POLL_MILLIS));
        if (!closed && !summary.nothing()) {
          listener.accept(summary);
        }
      } catch (SystemCallFailed | RuntimeException e) {
        if (!closed) {
          // Without notifications anything may have changed, as after an overrun. The pause avoids
          // a hot loop.
          LOG.error("Kernel notifications could not be read", e);
          listener.accept(new Summary(true, true, Map.of(), Map.of()));
          pause();
        }
      }
    }
    notifications.close();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Summary sum(List<Event> events) {
    boolean drift = false;
    boolean addresses = false;
    var seen = new LinkedHashMap<Integer, Link>();
    var removed = new LinkedHashMap<Integer, Link>();
    for (var event : events) {
      switch (event) {
        case Event.LinkSeen(var link, var gone, var _) -> {
          seen.remove(link.index());
          (gone ? removed : seen).put(link.index(), link);
        }
        case Event.AddressSeen(var address, var _, var port) -> {
          drift |= port != ownPort && address.scope() == Route.UNIVERSE;
          addresses |= port != ownPort && HostAddresses.mayBeOfAPod(address.ip().asCidr());
        }
        case Event.RouteSeen(var route, var gone, var port) -> {
          drift |= port != ownPort && !kernelsOwn(route) && (gone || !route.special());
          addresses |= port != ownPort && HostAddresses.givenBy(route);
        }
        case Event.RuleSeen(var _, var _, var port) -> drift |= port != ownPort;
        case Event.Overrun() -> {
          drift = true;
          addresses = true;
        }
      }
    }
    return new Summary(drift, addresses, seen, removed);
  }

  /** The kernel adds such a route with a link or an address, whose change is reported by itself. */
  private static boolean kernelsOwn(Route route) {
    return route.protocol() == Route.KERNEL || route.table() == Route.LOCAL;
  }

  /** Lets the thread end by itself within a second; nobody waits for it. */
  @Override
  public void close() {
    closed = true;
  }
}
