package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reports links that come and go, and decides which notifications may concern the desired state.
 */
final class LinkEvents {
  private final NetlinkSocket socket;
  private final Consumer<Event> events;

  /** Holds the names of the links that were reported as present, by index. */
  private final Map<Integer, String> known = new HashMap<>();

  LinkEvents(NetlinkSocket socket, Consumer<Event> events) {
    this.socket = socket;
    this.events = events;
  }

  /** Tells whether the changes may concern the desired state. */
  boolean concerns(NetlinkMonitor.Summary summary, HostState host, DesiredPods pods) {
    boolean concerned = summary.drift();
    for (var link : summary.seen().values()) {
      concerned |= !link.isVeth() || (!link.up() && pods.hasVeth(link.name()) && stillDown(link));
      if (!link.isVeth() || isEni(host, link)) {
        concerned = true;
        if (!link.name().equals(known.put(link.index(), link.name()))) {
          tell(link, true);
        }
      }
    }
    for (var link : summary.removed().values()) {
      if (known.remove(link.index()) != null || pods.hasVeth(link.name())) {
        tell(link, false);
        concerned = true;
      }
    }
    return concerned;
  }

  /** Every new link is first reported as down. If it is up by now, nothing is wrong. */
  private boolean stillDown(Link link) {
    try {
      var now = Link.of(socket.exchange(List.of(Link.byName(link.name()))).getFirst());
      return now.filter(found -> !found.up()).isPresent();
    } catch (NetlinkFailed e) {
      return true;
    }
  }

  private void tell(Link link, boolean present) {
    link.mac().ifPresent(mac -> events.accept(new Event.LinkChanged(link.name(), mac, present)));
  }

  /** Tells whether the link is an ENI; in tests and simulations, ENIs are veths too. */
  static boolean isEni(HostState host, Link link) {
    return link.mac()
        .filter(
            mac ->
                mac.equals(host.primary().mac())
                    || host.enis().stream().anyMatch(eni -> mac.equals(eni.mac())))
        .isPresent();
  }
}
