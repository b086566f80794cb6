package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.syscall.SystemCallFailed;

/** The sysctls of the node that depend on its primary link. */
public final class HostSysctls {
  private final Sysctls sysctls;

  public HostSysctls(Sysctls sysctls) {
    this.sysctls = sysctls;
  }

  /**
   * @return how many were changed
   */
  public int apply(HostState host, String primaryInterface) throws SystemCallFailed {
    // Loose: answers to NodePort traffic leave by another link than the one they are routed by.
    boolean changed = sysctls.set("net/ipv4/conf/" + primaryInterface + "/rp_filter", "2");
    int count = changed ? 1 : 0;
    if (host.ipv6Node() || host.egress()) {
      // A node that forwards would stop listening to its router.
      changed = sysctls.set("net/ipv6/conf/" + primaryInterface + "/accept_ra", "2");
      count += changed ? 1 : 0;
    }
    return count;
  }
}
