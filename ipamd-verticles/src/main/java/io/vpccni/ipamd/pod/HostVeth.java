package io.vpccni.ipamd.pod;

import io.vpccni.rpc.address.Ip;
import java.util.Set;

/** A host end of a pod's link, and the addresses that host routes send to it. */
public record HostVeth(String name, Set<Ip> routed) {
  public HostVeth {
    routed = Set.copyOf(routed);
  }
}
