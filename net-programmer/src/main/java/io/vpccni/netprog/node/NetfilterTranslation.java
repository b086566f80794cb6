package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.netfilter.DesiredNetfilter;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Egress;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Derives the desired netfilter state from the host and its pods. It is pure. */
final class NetfilterTranslation {
  /**
   * Host veths of strict branch pods have this prefix; they have rules of their own, and their
   * traffic is not translated.
   */
  private static final String STRICT_PREFIX = "vlan";

  /** The veth prefix setting is not changed more often than this while one pod lives. */
  private static final int MOST_OLD_PREFIXES = 8;

  private NetfilterTranslation() {}

  /**
   * Derives the state.
   *
   * @param primaryInterface name of the primary ENI's link
   */
  static DesiredNetfilter of(HostState host, String primaryInterface, DesiredPods pods) {
    return new DesiredNetfilter(
        primaryInterface,
        host.ipv6Node() ? Optional.empty() : Optional.of(ipv4(host)),
        host.nat().connmark(),
        prefixes(host, pods),
        switch (host.nat().randomization()) {
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
        host.primary().ip(),
        host.cidrs().vpc(),
        host.cidrs().snatExcluded(),
        host.nat().externalSnat(),
        host.nat().nodePort());
  }

  /**
   * An IPv6 node keeps pods from reaching each other's node-local addresses even without egress. A
   * pod that was made with egress keeps it when the setting changes.
   */
  private static Optional<Egress> egress(HostState host, DesiredPods pods) {
    boolean egress = host.egress() || pods.anyEgress();
    if (host.ipv6Node()) {
      return Optional.of(
          new Egress.Ipv4(egress ? host.primary().otherFamilyIp() : Optional.empty()));
    }
    return egress ? Optional.of(new Egress.Ipv6(host.primary().otherFamilyIp())) : Optional.empty();
  }
}
