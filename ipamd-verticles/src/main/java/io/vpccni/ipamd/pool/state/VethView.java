package io.vpccni.ipamd.pool.state;

import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * This is the last list of host veths.
 *
 * @param askedAt when the list was asked for: it says nothing about later changes
 * @param routed which veth an address is routed to; veths that are to be deleted are left out
 */
public record VethView(Instant askedAt, Map<Ip, String> routed, Set<String> names) {
  public VethView {
    routed = Map.copyOf(routed);
    names = Set.copyOf(names);
  }
}
