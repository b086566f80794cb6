package io.vpccni.ipamd.pool.ledger;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * A block is one CIDR of an ENI, which is a secondary IP (/32) or a prefix (/28 or /80), with the
 * states of its addresses.
 */
public final class Block {
  /**
   * A prefix with more states than this forgets rested addresses; the cursor alone then spreads
   * reuse.
   */
  private static final int REMEMBERED = 64;

  /**
   * EC2's lists may lag behind. For this long the reply to our own request counts more than a list,
   * both for what the request brought and for what it took.
   */
  public static final Duration GRACE = Duration.ofMinutes(1);

  private final Cidr cidr;

  private final Instant since;

  private final BlockState state;
  private final PMap<Ip, AddressState> uses;

  /**
   * The search in a large prefix goes on at this offset, so that an unused address is given out
   * before a used one.
   */
  private final long cursor;

  /**
   * These parts of a large prefix are the host's by local routes, and none lies in another. Their
   * addresses are too many to be listed one by one.
   */
  private final List<Cidr> hosts;

  private final Tally tally;

  private Block(
      Cidr cidr,
      Instant since,
      BlockState state,
      PMap<Ip, AddressState> uses,
      long cursor,
      List<Cidr> hosts) {
    this.cidr = cidr;
    this.since = since;
    this.state = state;
    this.uses = uses;
    this.cursor = cursor;
    this.hosts = hosts;
    this.tally = count(cidr, state, uses, hosts);
  }

  /** Tells whether EC2 gives CIDRs of this size, which are single addresses, /28 and /80. */
  public static boolean possible(Cidr cidr) {
    return cidr.single() || cidr.equals(prefixOf(cidr.network()));
  }

  /** Returns the prefix that an address would lie in: a /28 for IPv4, a /80 for IPv6. */
  public static Cidr prefixOf(Ip ip) {
    return new Cidr(ip, ip.v6() ? 80 : 28);
  }

  public Cidr cidr() {
    return cidr;
  }

  /**
   * Returns when the pool learned of it. A list that was asked for earlier cannot prove it gone.
   */
  public Instant since() {
    return since;
  }

  public BlockState state() {
    return state;
  }

  /** Returns the states of its addresses. One that is not listed was never given to a pod. */
  public PMap<Ip, AddressState> uses() {
    return uses;
  }

  public Tally tally() {
    return tally;
  }

  public boolean free() {
    return tally.free() > 0;
  }

  public static Block fresh(Cidr cidr, Instant since) {
    return new Block(cidr, since, BlockState.LIVE, HashTreePMap.empty(), 0, List.of());
  }

  public boolean single() {
    return cidr.single();
  }

  public boolean unused() {
    return tally.inUse() == 0;
  }

  public Block with(Ip ip, AddressState use) {
    long next = cursor;
    if (use instanceof AddressState.Assigned(var pod)) {
      next = offset(ip) + 1;
      // The one thing that must never happen: whatever else is wrong, stop here.
      if (uses.get(ip) instanceof AddressState.Assigned(var other) && !other.equals(pod)) {
        throw new IllegalStateException(
            ip + " is given to " + pod + " and is still " + other + "'s");
      }
    }
    var changed = uses.plus(ip, use);
    if (use instanceof AddressState.Rested && uses.size() > REMEMBERED) {
      changed = uses.minus(ip);
    }
    return new Block(cidr, since, state, changed, next, hosts);
  }

  public Block in(BlockState next) {
    return next == state ? this : new Block(cidr, since, next, uses, cursor, hosts);
  }

  /** Returns the parts of it that are the host's as blocks. */
  public List<Cidr> hosts() {
    return hosts;
  }

  /** Returns the same of which the host has these parts, none of which lies in another. */
  public Block withHosts(List<Cidr> parts) {
    return parts.equals(hosts) ? this : new Block(cidr, since, state, uses, cursor, parts);
  }

  /** Returns the address that has been free longest, and the lowest of several. */
  public Optional<Ip> oldestFree() {
    if (state != BlockState.LIVE || tally.free() == 0) {
      return Optional.empty();
    }
    return single() ? Optional.of(cidr.network()) : neverUsed().or(this::longestRested);
  }

  /** Returns since when {@link #oldestFree} has been free. */
  public Instant freeSince() {
    if (uses.isEmpty()) {
      return since;
    }
    return oldestFree()
        .map(uses::get)
        .map(use -> use instanceof AddressState.Rested(var since) ? since : this.since)
        .orElse(since);
  }

  private Optional<Ip> neverUsed() {
    if (uses.size() >= cidr.size()) {
      return Optional.empty();
    }
    // Each step passes an address with a use or a part of the host's; the first one it may meet
    // twice. So this ends.
    long at = cidr.size() > REMEMBERED ? cursor : 0;
    for (long passed = 0; passed <= uses.size() + hosts.size() + 1; passed++) {
      var ip = cidr.address(at % cidr.size());
      var part = hostsPart(hosts, ip);
      if (part == null && !uses.containsKey(ip)) {
        return Optional.of(ip);
      }
      at = part == null ? at + 1 : offset(part.network()) + part.size();
    }
    return Optional.empty();
  }

  private static @Nullable Cidr hostsPart(List<Cidr> hosts, Ip ip) {
    for (var part : hosts) {
      if (part.contains(ip)) return part;
    }
    return null;
  }

  private Optional<Ip> longestRested() {
    Ip best = null;
    Instant bestSince = Instant.MAX;
    for (var entry : uses.entrySet()) {
      if (entry.getValue() instanceof AddressState.Rested(var rested)) {
        if (hostsPart(hosts, entry.getKey()) != null) continue;
        int order = rested.compareTo(bestSince);
        if (best == null || order < 0 || (order == 0 && entry.getKey().compareTo(best) < 0)) {
          best = entry.getKey();
          bestSince = rested;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private long offset(Ip ip) {
    return ip.low() - cidr.network().low();
  }

  private static Tally count(
      Cidr cidr, BlockState state, PMap<Ip, AddressState> uses, List<Cidr> hosts) {
    int assigned = 0;
    int cooling = 0;
    int quarantined = 0;
    for (var use : uses.values()) {
      switch (use) {
        case AddressState.Assigned _ -> assigned++;
        case AddressState.Cooling _ -> cooling++;
        case AddressState.Quarantined _ -> quarantined++;
        case AddressState.Rested _ -> {}
      }
    }
    int inUse = assigned + cooling + quarantined;
    long left = cidr.size() - inUse - unusedOfHost(uses, hosts);
    return new Tally(
        1,
        inUse == 0 && state == BlockState.LIVE ? 1 : 0,
        state == BlockState.LIVE ? left : 0,
        assigned,
        cooling,
        quarantined,
        state == BlockState.LEAVING ? left : 0);
  }

  /** Counts what the host has as blocks and nothing else counts. */
  private static long unusedOfHost(PMap<Ip, AddressState> uses, List<Cidr> hosts) {
    if (hosts.isEmpty()) return 0;
    long left = 0;
    for (var part : hosts) left += part.size();
    for (var use : uses.entrySet()) {
      boolean counted = !(use.getValue() instanceof AddressState.Rested);
      if (counted && hostsPart(hosts, use.getKey()) != null) left--;
    }
    return left;
  }
}
