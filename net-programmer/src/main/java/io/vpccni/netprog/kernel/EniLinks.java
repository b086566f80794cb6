package io.vpccni.netprog.kernel;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetnsId;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Finds the link of an ENI by its MAC. Other links may have that MAC too: a VLAN, ipvlan or macvlan
 * on top of the ENI, and a bridge or bond that the ENI is a port of. The ENI's own link is hardware
 * and therefore has no kind; in simulations it is a veth.
 */
public final class EniLinks {
  private EniLinks() {}

  /** Returns the same link whatever the order of the links is. */
  public static Optional<Link> withMac(Collection<Link> links, Mac mac) {
    var same = links.stream().filter(link -> link.mac().filter(mac::equals).isPresent()).toList();
    return same.stream()
        .filter(link -> same.stream().noneMatch(other -> isOnTop(link, other)))
        .min(
            Comparator.comparing((Link link) -> !link.kind().isEmpty())
                .thenComparingInt(Link::index));
  }

  /** Tells whether a link sends its packets through the lower one. */
  private static boolean isOnTop(Link link, Link lower) {
    boolean stacked =
        !link.isVeth() && link.peerNamespace() == NetnsId.SAME && link.peer() == lower.index();
    return link.index() != lower.index() && (stacked || lower.master() == link.index());
  }
}
