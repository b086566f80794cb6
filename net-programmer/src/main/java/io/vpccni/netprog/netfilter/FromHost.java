package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.netfilter.NetfilterWish.Egress;
import io.vpccni.netprog.netfilter.NetfilterWish.Ipv4Node;
import io.vpccni.netprog.netfilter.NetfilterWish.Randomization;
import java.util.Optional;

/** What of the host's wished state concerns netfilter. */
public final class FromHost {
  private FromHost() {}

  /**
   * @param primaryInterface link name of the primary ENI
   */
  public static NetfilterWish wish(HostState host, String primaryInterface) {
    return new NetfilterWish(
        primaryInterface,
        host.ipv6Node() ? Optional.empty() : Optional.of(ipv4Node(host)),
        host.connmark(),
        host.vethPrefix(),
        switch (host.snatRandomization()) {
          case FULLY -> Randomization.FULLY;
          case HASH -> Randomization.HASH;
          case NONE -> Randomization.NONE;
        },
        egress(host));
  }

  private static Ipv4Node ipv4Node(HostState host) {
    return new Ipv4Node(
        host.primaryIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        host.externalSnat(),
        host.nodePort());
  }

  /**
   * An IPv6 node keeps node-local addresses from each other also with egress off, as the reference
   * does.
   */
  private static Optional<Egress> egress(HostState host) {
    var nodeIp = host.egress() ? host.egressIp() : Optional.<io.vpccni.rpc.address.Ip>empty();
    if (host.ipv6Node()) {
      return Optional.of(new Egress.Ipv4(nodeIp));
    }
    return host.egress() ? Optional.of(new Egress.Ipv6(nodeIp)) : Optional.empty();
  }
}
