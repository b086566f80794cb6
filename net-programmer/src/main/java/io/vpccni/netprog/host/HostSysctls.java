package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.syscall.SystemCallFailed;

/** Sets the sysctls of the node that depend on its primary link. */
public final class HostSysctls {
  private final Sysctls sysctls;

  public HostSysctls(Sysctls sysctls) {
    this.sysctls = sysctls;
  }

  /**
   * Sets what differs.
   *
   * @return the number of sysctls that were changed
   */
  public int apply(HostState host, String primaryInterface) throws SystemCallFailed {
    // Loose mode, because answers to NodePort traffic leave by another link than the one that a
    // reverse lookup finds.
    boolean changed = sysctls.set("net/ipv4/conf/" + primaryInterface + "/rp_filter", "2");
    int count = changed ? 1 : 0;
    if (host.ipv6Node() || host.egress()) {
      // Without it, a forwarding node would ignore its router's advertisements.
      changed = sysctls.set("net/ipv6/conf/" + primaryInterface + "/accept_ra", "2");
      count += changed ? 1 : 0;
    }
    return count;
  }
}
