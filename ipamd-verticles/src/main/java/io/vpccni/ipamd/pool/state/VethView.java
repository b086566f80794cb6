package io.vpccni.ipamd.pool.state;

import io.vpccni.rpc.address.Ip;
import java.time.Instant;
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
 */
public record VethView(
    Instant askedAt, Map<Ip, String> routed, Set<String> names, Map<Ip, String> local) {
  public VethView {
    routed = Map.copyOf(routed);
    names = Set.copyOf(names);
    local = Map.copyOf(local);
  }

  /** Returns the links by the addresses in use on them, those of pods first. */
  public List<Map<Ip, String>> users() {
    return List.of(routed, local);
  }

  /** Returns the link of the host that has an address itself. */
  public Optional<String> hostLink(Ip ip) {
    return Optional.ofNullable(local.get(ip));
  }

  /** Returns the link that an address is in use on, whether it is a pod's or the host's own. */
  public Optional<String> user(Ip ip) {
    return Optional.ofNullable(routed.get(ip)).or(() -> hostLink(ip));
  }
}
