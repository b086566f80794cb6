package io.vpccni.netprog.pod;

import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.pod.VethPair.Made;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.List;

/** The sysctls of a pod's links. */
public record LinkSysctls(Sysctls sysctls) {
  /**
   * To be set before the link is up: what the pod advertises must never be taken for a router's
   * word.
   */
  public void refuseAdvertisements(String link) throws SystemCallFailed {
    set(link, "accept_ra", "0");
    set(link, "accept_redirects", "1");
    set(link, "forwarding", "0");
  }

  /** Also of a pair that is there: its making may have been cut short. */
  void onHost(List<Made> pairs) throws SystemCallFailed {
    for (var made : pairs) {
      refuseAdvertisements(made.pair().onHost());
      if (made.pair().v6()) {
        set(made.pair().onHost(), "accept_dad", "0");
      }
    }
  }

  /** The pod's IPv4 egress is forwarded by the node. */
  void forwardIpv4() throws SystemCallFailed {
    sysctls.set("net/ipv4/ip_forward", "1");
  }

  /**
   * Called in the pod's namespace.
   *
   * @param withoutIpv6 the pod's interfaces that stay of one family, as they are without egress
   */
  void inPod(List<Made> ipv6, List<String> withoutIpv6) throws SystemCallFailed {
    set("lo", "disable_ipv6", "0");
    for (var name : withoutIpv6) {
      set(name, "disable_ipv6", "1");
    }
    for (var made : ipv6) {
      var name = made.pair().inPod();
      set(name, "disable_ipv6", "0");
      // Nobody else is on this link: its addresses are usable at once.
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
