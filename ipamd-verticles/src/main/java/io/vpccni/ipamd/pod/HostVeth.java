package io.vpccni.ipamd.pod;

import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * This is a host end of a pod's link, with the addresses that host routes send to it.
 *
 * @param branchSince when the newest pod with a branch ENI was added that has a link of this name
 */
public record HostVeth(String name, Set<Ip> routed, Optional<Instant> branchSince) {
  public HostVeth {
    routed = Set.copyOf(routed);
  }

  public HostVeth(String name, Set<Ip> routed) {
    this(name, routed, Optional.empty());
  }
}
