package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.pod.HostSide;
import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Computes the rules of the node itself, with the reference's priorities. It is pure. */
final class HostRules {
  static final int LOCAL_FIRST = 0;
  static final int LOCAL_AFTER_BRANCHES = 20;
  static final int MARKED = 1024;
  static final int EXTERNAL_SERVICE = 1535;

  private static final Cidr IPV6_ROUTER = Cidr.parse("fe80:ec2::1/128");
  private static final int ICMPV6 = 58;

  private HostRules() {}

  /**
   * Tells whether packets of branch pods must be routed before the local table is consulted. This
   * stays on while a pod that was made in strict mode is left.
   */
  static boolean strict(HostState host, Collection<PodState> pods) {
    return host.podEni().filter(mode -> mode == PodSecurityGroupMode.STRICT).isPresent()
        || pods.stream().anyMatch(HostSide::strict);
  }

  static Rule localFirst(boolean v6) {
    return Rule.all(v6, LOCAL_FIRST, Route.LOCAL);
  }

  static Rule localAfterBranches(boolean v6) {
    return Rule.all(v6, LOCAL_AFTER_BRANCHES, Route.LOCAL);
  }

  /** Sends the router's neighbour discovery to the node itself in any case. */
  static Rule routerDiscovery() {
    return Rule.from(LOCAL_FIRST, IPV6_ROUTER, Route.LOCAL).withIpProtocol(ICMPV6);
  }

  static List<Rule> of(HostState host, boolean strict) {
    boolean v6 = host.ipv6Node();
    var rules = new ArrayList<Rule>();
    if (strict) {
      rules.add(localAfterBranches(v6));
      if (v6) {
        rules.add(routerDiscovery());
      }
    } else {
      rules.add(localFirst(v6));
    }
    if (host.nat().nodePort() || !host.nat().externalSnat()) {
      rules.add(Rule.marked(v6, MARKED, host.nat().connmark(), Route.MAIN));
    }
    for (var cidr : host.cidrs().externalServices()) {
      rules.add(Rule.to(EXTERNAL_SERVICE, cidr, Route.MAIN));
    }
    return rules;
  }
}
