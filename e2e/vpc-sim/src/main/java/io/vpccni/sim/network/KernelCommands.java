package io.vpccni.sim.network;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes the commands for {@code ip} and {@code nft}. */
final class KernelCommands {
  static final String ROUTER_MAC = "0e:00:00:00:00:01";
  static final String NEXT_HOP = "169.254.255.1";
  static final String NEXT_HOP_V6 = "fe80::e:1";

  /** EC2's router has this address on each ENI. */
  static final String ROUTER_V6 = "fe80:ec2::1";

  private final Names names;

  KernelCommands(Names names) {
    this.names = names;
  }

  KernelCommand router(String line) {
    return new KernelCommand.Ip(names.router(), line);
  }

  /**
   * Adds or deletes the blackhole of a VPC's block, without which the router would send packets to
   * unassigned addresses to the internet.
   */
  KernelCommand blackhole(String verb, Cidr cidr) {
    return router("route " + verb + " blackhole " + cidr + " metric 4096");
  }

  KernelCommand gateway(String verb, Cidr subnet) {
    return router(
        "addr %s %s dev lo%s"
            .formatted(
                verb,
                subnet.address(1).asCidr(),
                subnet.v6() && verb.equals("add") ? " nodad" : ""));
  }

  List<KernelCommand> plug(EniLink eni, int guestMtu) {
    var link = eni.routerLink;
    return List.of(
        router(
            "link add %s address %s mtu 9001 type veth peer name %s address %s mtu %d netns %s"
                .formatted(
                    link, ROUTER_MAC, eni.device, eni.mac, guestMtu, names.instance(eni.instance))),
        router("link set " + link + " addrgenmode none up"),
        // Else Linux answers a proxied ARP request after up to 0.8 s.
        router("ntable change name arp_cache dev " + link + " proxy_delay 0"),
        router("addr add " + ROUTER_V6 + "/64 dev " + link + " nodad"),
        neighbour(NEXT_HOP, eni),
        neighbour(NEXT_HOP_V6, eni));
  }

  private KernelCommand neighbour(String hop, EniLink eni) {
    return router(
        "neigh replace %s lladdr %s dev %s nud permanent".formatted(hop, eni.mac, eni.routerLink));
  }

  KernelCommand unplug(EniLink eni) {
    return router("link del " + eni.routerLink);
  }

  /** Configures an instance's first ENI as DHCP does on a real instance. */
  List<KernelCommand> configure(EniLink eni, List<Cidr> subnet) {
    var guest = names.instance(eni.instance);
    var commands = new ArrayList<KernelCommand>();
    commands.add(new KernelCommand.Ip(guest, "link set dev " + eni.device + " up"));
    for (var block : subnet) {
      eni.addresses.stream()
          .filter(cidr -> cidr.v6() == block.v6() && cidr.single())
          .findFirst()
          .map(own -> own.network().v6() ? dhcp6(eni, own) : dhcp4(eni, own, block))
          .orElseGet(Stream::empty)
          .map(line -> new KernelCommand.Ip(guest, line))
          .forEach(commands::add);
    }
    return commands;
  }

  private static Stream<String> dhcp4(EniLink eni, Cidr own, Cidr subnet) {
    var ip = own.network();
    return Stream.of(
        "addr add %s/%d brd + dev %s".formatted(ip, subnet.prefix(), eni.device),
        "route add default via %s dev %s proto dhcp src %s metric 512"
            .formatted(subnet.address(1), eni.device, ip));
  }

  private static Stream<String> dhcp6(EniLink eni, Cidr own) {
    return Stream.of(
        "addr add %s dev %s nodad".formatted(own, eni.device),
        "route add default via %s dev %s proto ra metric 512".formatted(ROUTER_V6, eni.device));
  }

  KernelCommand route(String verb, EniLink eni, Cidr cidr) {
    return router(
        "route %s %s via %s dev %s onlink"
            .formatted(verb, cidr, cidr.v6() ? NEXT_HOP_V6 : NEXT_HOP, eni.routerLink));
  }

  static KernelCommand source(String verb, EniLink eni, Cidr cidr) {
    return element(
        verb,
        cidr.v6() ? "sources6" : "sources4",
        "\"%s\" . %s".formatted(eni.routerLink, cidr.single() ? cidr.network() : cidr));
  }

  static KernelCommand unchecked(String verb, EniLink eni) {
    return element(verb, "unchecked", "\"" + eni.routerLink + "\"");
  }

  static List<KernelCommand> mapped(String verb, Ip inside, Ip outside) {
    boolean add = verb.equals("add");
    return List.of(
        element(verb, "to_public", add ? inside + " : " + outside : inside.toString()),
        element(verb, "to_private", add ? outside + " : " + inside : outside.toString()),
        element(verb, "mapped", inside.toString()));
  }

  private static KernelCommand element(String verb, String set, String value) {
    return new KernelCommand.Nft("%s element inet vpc %s { %s }".formatted(verb, set, value));
  }
}
