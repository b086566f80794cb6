package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.netfilter.DesiredNetfilter;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Egress;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of the desired node that netfilter sees. Pure. */
final class NetfilterTranslation {
  /** Of strict branch pods, which have rules of their own and are not masked. */
  private static final String STRICT_PREFIX = "vlan";

  /** A setting is not changed more often while one pod lives. */
  private static final int MOST_OLD_PREFIXES = 8;

  private NetfilterTranslation() {}

  /**
   * @param primaryInterface name of the primary ENI's link
   */
  static DesiredNetfilter of(HostState host, String primaryInterface, DesiredPods pods) {
    return new DesiredNetfilter(
        primaryInterface,
        host.ipv6Node() ? Optional.empty() : Optional.of(ipv4(host)),
        host.connmark(),
        prefixes(host, pods),
        switch (host.snatRandomization()) {
          case FULLY -> Randomization.FULLY;
          case HASH -> Randomization.HASH;
          case NONE -> Randomization.NONE;
        },
        egress(host, pods),
        pods.containers());
  }

  private static List<String> prefixes(HostState host, DesiredPods pods) {
    var prefixes = new ArrayList<>(List.of(host.vethPrefix()));
    pods.vethPrefixes().stream()
        .filter(old -> !old.isEmpty() && !old.equals(STRICT_PREFIX))
        .filter(old -> !old.equals(host.vethPrefix()))
        .limit(MOST_OLD_PREFIXES)
        .forEach(prefixes::add);
    return prefixes;
  }

  private static Ipv4Node ipv4(HostState host) {
    return new Ipv4Node(
        host.primaryIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        host.externalSnat(),
        host.nodePort());
  }

  /**
   * An IPv6 node keeps pods from each other's node-local addresses also without egress. A pod that
   * was made with egress keeps it when the setting changes.
   */
  private static Optional<Egress> egress(HostState host, DesiredPods pods) {
    boolean egress = host.egress() || pods.anyEgress();
    if (host.ipv6Node()) {
      return Optional.of(new Egress.Ipv4(egress ? host.egressIp() : Optional.empty()));
    }
    return egress ? Optional.of(new Egress.Ipv6(host.egressIp())) : Optional.empty();
  }
}
