package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.netfilter.NetfilterWish;
import io.vpccni.netprog.netfilter.NetfilterWish.Egress;
import io.vpccni.netprog.netfilter.NetfilterWish.Ipv4Node;
import io.vpccni.netprog.netfilter.NetfilterWish.Randomization;
import java.util.Optional;

/** The part of the wished node that netfilter sees. Pure. */
final class NetfilterWishes {
  private NetfilterWishes() {}

  /**
   * @param primaryInterface name of the primary ENI's link
   */
  static NetfilterWish of(HostState host, String primaryInterface) {
    return new NetfilterWish(
        primaryInterface,
        host.ipv6Node() ? Optional.empty() : Optional.of(ipv4(host)),
        host.connmark(),
        host.vethPrefix(),
        switch (host.snatRandomization()) {
          case FULLY -> Randomization.FULLY;
          case HASH -> Randomization.HASH;
          case NONE -> Randomization.NONE;
        },
        egress(host));
  }

  private static Ipv4Node ipv4(HostState host) {
    return new Ipv4Node(
        host.primaryIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        host.externalSnat(),
        host.nodePort());
  }

  /** An IPv6 node keeps pods from each other's node-local addresses also without egress. */
  private static Optional<Egress> egress(HostState host) {
    if (host.ipv6Node()) {
      return Optional.of(new Egress.Ipv4(host.egress() ? host.egressIp() : Optional.empty()));
    }
    return host.egress() ? Optional.of(new Egress.Ipv6(host.egressIp())) : Optional.empty();
  }
}
