package io.vpccni.netprog.pod;

import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.pod.VethPair.Made;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.List;

/** Sets the sysctls of a pod's links. */
public record LinkSysctls(Sysctls sysctls) {
  /**
   * Refuses router advertisements: what a pod advertises must never be taken for a router's word.
   * It is to be called before the link is up.
   */
  public void refuseAdvertisements(String link) throws SystemCallFailed {
    set(link, "accept_ra", "0");
    set(link, "accept_redirects", "1");
    set(link, "forwarding", "0");
  }

  /**
   * Sets the host ends' sysctls, also those of an existing pair, whose creation may have been cut
   * short.
   */
  void onHost(List<Made> pairs) throws SystemCallFailed {
    for (var made : pairs) {
      refuseAdvertisements(made.pair().onHost());
      if (made.pair().v6()) {
        set(made.pair().onHost(), "accept_dad", "0");
      }
    }
  }

  /** Enables forwarding, which the pod's IPv4 egress needs. */
  void forwardIpv4() throws SystemCallFailed {
    sysctls.set("net/ipv4/ip_forward", "1");
  }

  /**
   * Sets the sysctls of the pod's own namespace, in which it has to be called.
   *
   * @param withoutIpv6 the pod's interfaces that stay without IPv6, as they are without egress
   */
  void inPod(List<Made> ipv6, List<String> withoutIpv6) throws SystemCallFailed {
    set("lo", "disable_ipv6", "0");
    for (var name : withoutIpv6) {
      set(name, "disable_ipv6", "1");
    }
    for (var made : ipv6) {
      var name = made.pair().inPod();
      set(name, "disable_ipv6", "0");
      // Nobody else is on this link, so its addresses are usable at once.
      set(name, "accept_dad", "0");
      if (!withoutIpv6.isEmpty()) {
        set(name, "keep_addr_on_down", "1");
      }
    }
  }

  private void set(String link, String key, String value) throws SystemCallFailed {
    sysctls.set("net/ipv6/conf/" + link + "/" + key, value);
  }
}
