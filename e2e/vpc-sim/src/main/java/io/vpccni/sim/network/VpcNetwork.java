package io.vpccni.sim.network;

import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a VPC in this kernel: a router namespace, an internet behind it, and one namespace per
 * instance. It needs root. It is thread-safe; {@link #apply} returns when the kernel has
 * everything.
 */
public final class VpcNetwork implements AutoCloseable {
  /** Instances reach the endpoints of EC2 and others at this address, which is in no VPC. */
  public static final Ip ENDPOINTS = Ip.parse("192.0.2.1");

  public static final Ip IMDS = Ip.parse("169.254.169.254");
  public static final Ip IMDS_V6 = Ip.parse("fd00:ec2::254");

  /** A host on the internet has this address. */
  public static final Ip INTERNET = Ip.parse("203.0.113.10");

  public static final Ip INTERNET_V6 = Ip.parse("2001:db8:ffff::10");

  private final Names names;
  private final Wiring wiring;
  private final KernelCommandRunner runner;
  private final Set<String> namespaces = new LinkedHashSet<>();

  private VpcNetwork(Names names) {
    this.names = names;
    wiring = new Wiring(names);
    runner = new KernelCommandRunner(names);
  }

  /**
   * @throws IOException without root, or if {@code ip} or {@code nft} is missing or fails; nothing
   *     is left behind then
   */
  public static VpcNetwork create(Names names) throws IOException {
    var network = new VpcNetwork(names);
    try {
      network.build();
      return network;
    } catch (IOException | RuntimeException failed) {
      network.close();
      throw failed;
    }
  }

  private void build() throws IOException {
    add(names.router());
    add(names.internet());
    runner.sysctl(names.router(), "net/ipv4/conf/default/proxy_arp", "1");
    for (var which : List.of("all", "default")) {
      runner.sysctl(names.router(), "net/ipv4/conf/" + which + "/send_redirects", "0");
      runner.sysctl(names.router(), "net/ipv4/conf/" + which + "/rp_filter", "0");
    }
    try (var rules = VpcNetwork.class.getResourceAsStream("vpc.nft")) {
      if (rules == null) {
        throw new IllegalStateException("vpc.nft is missing from the jar");
      }
      var text = new String(rules.readAllBytes(), StandardCharsets.UTF_8);
      runner.nft(names.router(), text.lines().toList());
    }
    runner.carryOut(Internet.commands(names));
  }

  private void add(String namespace) throws IOException {
    namespaces.add(namespace);
    runner.addNamespace(namespace);
  }

  public Names names() {
    return names;
  }

  /** Makes the kernel follow these effects, in their order. */
  public synchronized void apply(List<? extends Effect> effects) {
    var commands = new ArrayList<KernelCommand>();
    for (var effect : effects) {
      commands.addAll(wiring.commands(effect));
    }
    for (var command : commands) {
      switch (command) {
        case KernelCommand.AddNamespace(var name) -> namespaces.add(name);
        case KernelCommand.DeleteNamespace(var name) -> namespaces.remove(name);
        case KernelCommand.Ip _, KernelCommand.Nft _ -> {}
      }
    }
    try {
      runner.carryOut(commands);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /**
   * Opens a listening socket for instances in the router, at {@link #IMDS} or {@link #ENDPOINTS}.
   */
  public ServerSocketChannel listenInRouter(Ip address, int port) throws IOException {
    return listen(names.router(), address, port);
  }

  /** Opens a listening socket of the host on the internet. */
  public ServerSocketChannel listenOnInternet(Ip address, int port) throws IOException {
    return listen(names.internet(), address, port);
  }

  private static ServerSocketChannel listen(String namespace, Ip address, int port)
      throws IOException {
    return Netns.call(
        Netns.path(namespace),
        () ->
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(address.toInetAddress(), port), 1024));
  }

  /**
   * Lets private addresses without a public one reach the internet from now on, which sees this
   * address instead and cannot open connections to them. IPv6 needs no such gateway.
   */
  public synchronized void openNatGateway(Ip publicIp) throws IOException {
    runner.nft(
        names.router(),
        List.of(
            "add element inet vpc nat_gateway { \"internet\" : %s }".formatted(publicIp),
            "add element inet vpc has_nat_gateway { \"internet\" }"));
  }

  /** Undoes {@link #openNatGateway}. */
  public synchronized void closeNatGateway() throws IOException {
    runner.nft(
        names.router(),
        List.of("flush map inet vpc nat_gateway", "flush set inet vpc has_nat_gateway"));
  }

  /** Returns the number of packets that the source/destination check has dropped so far. */
  public long spoofed() throws IOException {
    return counter("spoofed");
  }

  /**
   * Returns the number of packets to the internet that were dropped because their source has no
   * public address.
   */
  public long unmapped() throws IOException {
    return counter("unmapped");
  }

  private long counter(String name) throws IOException {
    var said =
        Tool.run(
            List.of(),
            "ip",
            "netns",
            "exec",
            names.router(),
            "nft",
            "list",
            "counter",
            "inet",
            "vpc",
            name);
    return Long.parseLong(said.replaceAll("(?s).*packets (\\d+).*", "$1"));
  }

  /** Removes all namespaces, and with them every link, route and rule. */
  @Override
  public synchronized void close() {
    for (var name : List.copyOf(namespaces)) {
      try {
        runner.deleteNamespace(name);
      } catch (IOException gone) {
        // Half-built, or removed by hand: the rest must still go.
      }
    }
    namespaces.clear();
  }
}
