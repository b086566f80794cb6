package io.vpccni.sim.network;

import java.util.List;

/**
 * Makes the link between the router and the internet, and the addresses that both answer to. Within
 * a VPC packets may have 9001 bytes, outside it 1500; a longer one that must not be fragmented is
 * answered with that number.
 */
final class Internet {
  private static final String ROUTER_SIDE = "0e:00:00:00:01:01";
  private static final String FAR_SIDE = "0e:00:00:00:01:02";
  private static final String FAR_HOP = "169.254.255.2";
  private static final String FAR_HOP_V6 = "fe80::e:2";

  private Internet() {}

  static List<KernelCommand> commands(Names names) {
    var router = names.router();
    var internet = names.internet();
    return List.of(
        new KernelCommand.Ip(
            router,
            "link add internet address %s mtu 1500 type veth peer name vpc address %s mtu 1500 netns %s"
                .formatted(ROUTER_SIDE, FAR_SIDE, internet)),
        new KernelCommand.Ip(router, "link set internet addrgenmode none up"),
        new KernelCommand.Ip(
            router, "neigh add " + FAR_HOP + " lladdr " + FAR_SIDE + " dev internet nud permanent"),
        new KernelCommand.Ip(
            router,
            "neigh add " + FAR_HOP_V6 + " lladdr " + FAR_SIDE + " dev internet nud permanent"),
        new KernelCommand.Ip(router, "route add default via " + FAR_HOP + " dev internet onlink"),
        new KernelCommand.Ip(
            router, "route add default via " + FAR_HOP_V6 + " dev internet onlink"),
        new KernelCommand.Ip(router, "addr add " + VpcNetwork.IMDS + "/32 dev lo"),
        new KernelCommand.Ip(router, "addr add " + VpcNetwork.ENDPOINTS + "/32 dev lo"),
        new KernelCommand.Ip(router, "addr add " + VpcNetwork.IMDS_V6 + "/128 dev lo nodad"),
        new KernelCommand.Ip(internet, "link set vpc addrgenmode none up"),
        new KernelCommand.Ip(internet, "addr add " + VpcNetwork.INTERNET + "/32 dev lo"),
        new KernelCommand.Ip(internet, "addr add " + VpcNetwork.INTERNET_V6 + "/128 dev lo nodad"),
        new KernelCommand.Ip(
            internet,
            "neigh add "
                + KernelCommands.NEXT_HOP
                + " lladdr "
                + ROUTER_SIDE
                + " dev vpc nud permanent"),
        new KernelCommand.Ip(
            internet,
            "neigh add "
                + KernelCommands.NEXT_HOP_V6
                + " lladdr "
                + ROUTER_SIDE
                + " dev vpc nud permanent"),
        new KernelCommand.Ip(
            internet,
            "route add default via "
                + KernelCommands.NEXT_HOP
                + " dev vpc onlink src "
                + VpcNetwork.INTERNET),
        new KernelCommand.Ip(
            internet,
            "route add default via "
                + KernelCommands.NEXT_HOP_V6
                + " dev vpc onlink src "
                + VpcNetwork.INTERNET_V6));
  }
}
