package io.vpccni.ipamd.pool;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.HashSet;
import java.util.Optional;

/**
 * Node-local addresses of the other family, one for each pod. The first address is the gateway's,
 * as with host-local, whose place this takes.
 */
final class Egress {
  private static final int FIRST = 2;

  private Egress() {}

  /**
   * Goes round, so that an address rests as long as possible; empty if there is none, or no range.
   */
  static Optional<Ip> next(Turn turn) {
    return turn.settings.egress().flatMap(range -> free(turn, range));
  }

  private static Optional<Ip> free(Turn turn, Cidr range) {
    // Without the broadcast address of IPv4.
    long usable = range.size() - FIRST - (range.v6() ? 0 : 1);
    var taken = new HashSet<Ip>();
    turn.holdings.values().forEach(holding -> holding.egress().ifPresent(taken::add));
    for (long tried = 0; tried < usable; tried++) {
      var ip = range.address(FIRST + (turn.nextId + tried) % usable);
      if (!taken.contains(ip)) {
        return Optional.of(ip);
      }
    }
    return Optional.empty();
  }
}
