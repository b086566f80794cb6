package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * This is the last list of host veths and of the host's own addresses.
 *
 * @param askedAt when the list was asked for: it says nothing about later changes
 * @param routed which veth an address is routed to; veths that are to be deleted are left out
 * @param local which link of the host has an address itself
 * @param blocks the blocks that local routes give to the host
 */
public record VethView(
    Instant askedAt,
    Map<Ip, String> routed,
    Set<String> names,
    Map<Ip, String> local,
    List<HostAddress> blocks) {
  /** Each quarantined address is stored, and an IPv6 prefix has 2^48. */
  static final int MOST = 256;

  public VethView {
    routed = Map.copyOf(routed);
    names = Set.copyOf(names);
    local = Map.copyOf(local);
    blocks = List.copyOf(blocks);
  }

  /**
   * Returns the links by the addresses of a CIDR of ours that are in use on them. Where a pod's
   * link and the host both have one, the host's is told, because it gets the packets.
   */
  public Map<Ip, String> usersIn(Cidr cidr) {
    var users = within(cidr, routed);
    users.putAll(hostLinksIn(cidr));
    return users;
  }

  /**
   * Returns the links of the host by the addresses of a CIDR of ours that they have. Of an IPv6
   * prefix that lies in a block of the host, only the first {@link #MOST} are named.
   */
  public Map<Ip, String> hostLinksIn(Cidr cidr) {
    var links = within(cidr, local);
    blockLinksIn(cidr).forEach(links::putIfAbsent);
    return links;
  }

  /** Returns the same as {@link #hostLinksIn}, but only for the blocks that local routes give. */
  public Map<Ip, String> blockLinksIn(Cidr cidr) {
    var links = new HashMap<Ip, String>();
    for (var block : blocks) {
      if (!cidr.contains(block.cidr()) && !block.cidr().contains(cidr)) continue;
      var common = cidr.contains(block.cidr()) ? block.cidr() : cidr;
      long most = Math.min(common.size(), MOST);
      for (long n = 0; n < most; n++) links.putIfAbsent(common.address(n), block.link());
    }
    return links;
  }

  /**
   * Returns the parts of a CIDR that are the host's and have more addresses than {@link
   * #hostLinksIn} names. None of them lies in another.
   */
  public List<Cidr> hostPartsOf(Cidr cidr) {
    if (blocks.isEmpty() || cidr.size() <= MOST) return List.of();
    var parts = new ArrayList<Cidr>();
    for (var block : blocks) {
      if (block.cidr().contains(cidr)) return List.of(cidr);
      if (cidr.contains(block.cidr()) && block.cidr().size() > MOST) parts.add(block.cidr());
    }
    return parts.stream()
        .distinct()
        .filter(
            part -> parts.stream().noneMatch(other -> !other.equals(part) && other.contains(part)))
        .toList();
  }

  /** Returns the host's block that all of a CIDR lies in. */
  public Optional<HostAddress> blockAround(Cidr cidr) {
    for (var block : blocks) {
      if (block.cidr().contains(cidr)) return Optional.of(block);
    }
    return Optional.empty();
  }

  /** A single address is looked up instead of searched for. */
  private static Map<Ip, String> within(Cidr cidr, Map<Ip, String> links) {
    var within = new HashMap<Ip, String>();
    if (cidr.single()) {
      var link = links.get(cidr.network());
      if (link != null) within.put(cidr.network(), link);
    } else {
      links.forEach(
          (ip, link) -> {
            if (cidr.contains(ip)) within.put(ip, link);
          });
    }
    return within;
  }

  /** Returns the link of the host that has an address itself. */
  public Optional<String> hostLink(Ip ip) {
    var single = local.get(ip);
    if (single != null) return Optional.of(single);
    for (var block : blocks) {
      if (block.cidr().contains(ip)) return Optional.of(block.link());
    }
    return Optional.empty();
  }

  /** Returns the link that an address is in use on, whether it is a pod's or the host's own. */
  public Optional<String> user(Ip ip) {
    return Optional.ofNullable(routed.get(ip)).or(() -> hostLink(ip));
  }
}
