package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Optional;

/**
 * Gives each pod a node-local address of the other family. The first address of the range is the
 * gateway's, as with the host-local plugin, which this replaces.
 */
public final class Egress {
  private static final int FIRST = 2;

  private Egress() {}

  /**
   * Returns the next free address and goes round the range, so that an address rests as long as
   * possible. It is empty if none is free, if there is no range, or if the node has no address of
   * its own to hide pods behind. Only the interface with the pod's default route gets one: the link
   * in the pod always has the same name, so one that came first would keep it from that one.
   */
  static Optional<Ip> next(Transition transition, Attachment attachment) {
    var range = transition.settings().egress().filter(_ -> obstacle(transition).isEmpty());
    if (!attachment.first() || transition.ledger.reaches(attachment.containerId())) {
      return Optional.empty();
    }
    var next = range.flatMap(of -> free(transition, of));
    if (range.isPresent() && next.isEmpty()) {
      transition.raise(
          Condition.Name.EGRESS_UNAVAILABLE,
          "",
          "Exhausted",
          "every address of "
              + range.get()
              + " is in use: new pods reach no "
              + family(transition));
    } else if (range.isPresent()) {
      transition.clear(Condition.Name.EGRESS_UNAVAILABLE, "");
    }
    return next;
  }

  /**
   * Raises or clears the condition once the node's facts are known, and not only when the first pod
   * comes.
   */
  public static void look(Transition transition) {
    obstacle(transition)
        .ifPresentOrElse(
            why -> transition.raise(Condition.Name.EGRESS_UNAVAILABLE, "", "NoNodeAddress", why),
            () -> transition.clear(Condition.Name.EGRESS_UNAVAILABLE, ""));
  }

  /** Tells whether this is a node-local address of the other family. */
  public static boolean isOf(Transition transition, Ip ip) {
    return transition.settings().egress().filter(range -> range.contains(ip)).isPresent();
  }

  private static Optional<String> obstacle(Transition transition) {
    boolean v6 = transition.settings().egress().filter(range -> range.network().v6()).isPresent();
    boolean none =
        transition.settings().egress().isPresent()
            && transition
                .context
                .facts()
                .filter(facts -> (v6 ? facts.primary().ipv6() : facts.primary().ipv4()).isEmpty())
                .isPresent();
    return none
        ? Optional.of(
            "pods cannot reach %s, because the primary ENI has no %s address to translate theirs to; assign one and restart the agent"
                .formatted(family(transition), family(transition)))
        : Optional.empty();
  }

  private static String family(Transition transition) {
    return transition.settings().egress().filter(range -> range.network().v6()).isPresent()
        ? "IPv6"
        : "IPv4";
  }

  private static Optional<Ip> free(Transition transition, Cidr range) {
    // Without the broadcast address of IPv4.
    long usable = range.size() - FIRST - (range.v6() ? 0 : 1);
    // Also of pods that no entry explains and of the host itself: two must never share one.
    for (long tried = 0; tried < usable; tried++) {
      var ip = range.address(FIRST + (transition.nextId() + tried) % usable);
      if (!transition.ledger.egress().contains(ip)
          && transition.links.veths().flatMap(list -> list.user(ip)).isEmpty()) {
        return Optional.of(ip);
      }
    }
    return Optional.empty();
  }
}
