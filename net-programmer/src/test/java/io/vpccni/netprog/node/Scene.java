package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.Departure;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netfilter.Binaries;
import io.vpccni.netprog.netfilter.Netfilter;
import io.vpccni.netprog.netfilter.NetfilterKeeper;
import io.vpccni.netprog.netfilter.OpenConnections;
import io.vpccni.netprog.netfilter.RulesetNews;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.netprog.tool.Tool;
import io.vpccni.netprog.tool.ToolFailed;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A node in a namespace of its own with links that stand for ENIs, and pods in further namespaces.
 * The kernel is read with {@code ip}, not with our own code.
 */
final class Scene implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static int count;

  final String node = "kernel-" + ProcessHandle.current().pid() + "-" + ++count;
  final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<String> namespaces = new ArrayList<>();
  private NodeKernel kernel;

  private final NetlinkSocket.Opener sockets;
  private final Optional<String> iptables;
  private Optional<NetfilterKeeper> keeper = Optional.empty();

  Scene() throws Exception {
    this(NetlinkSocket::open, Optional.empty());
  }

  /** With other sockets. */
  Scene(NetlinkSocket.Opener sockets) throws Exception {
    this(sockets, Optional.empty());
  }

  /** With netfilter, by that variant of iptables. */
  Scene(String iptables) throws Exception {
    this(NetlinkSocket::open, Optional.of(iptables));
  }

  private Scene(NetlinkSocket.Opener sockets, Optional<String> iptables) throws Exception {
    this.sockets = sockets;
    this.iptables = iptables;
    namespace(node);
    kernel = open();
  }

  private void namespace(String name) {
    ip("netns add " + name);
    namespaces.add(name);
  }

  /** An empty namespace for a pod. */
  String podNamespace() {
    var name = node + "-p" + namespaces.size();
    namespace(name);
    return name;
  }

  /** A link of the node that stands for an ENI; its other end carries it. */
  void eni(String name, String mac) {
    ip("-n " + node + " link add " + name + " address " + mac + " type veth peer name c-" + name);
    ip("-n " + node + " link set c-" + name + " up");
  }

  void primary(String mac, String address) {
    eni("eth0", mac);
    ip("-n " + node + " addr add " + address + " dev eth0");
    ip("-n " + node + " link set eth0 up");
    ip("-n " + node + " link set lo up");
  }

  NodeKernel kernel() {
    return kernel;
  }

  /** Gives the names of the veths that are still to be deleted. */
  List<String> detach(PodState pod) throws Exception {
    return await(kernel.detach(Departure.of(pod)));
  }

  /** As after a crash and a new start. */
  void restart() throws Exception {
    kernel.close();
    keeper.ifPresent(NetfilterKeeper::close);
    kernel = open();
  }

  private NodeKernel open() throws Exception {
    return in(
        node,
        () -> {
          if (iptables.isPresent()) {
            keeper = Optional.of(keeper(iptables.get()));
          }
          return NodeKernel.open(Settings.USUAL, sockets, keeper, events::add);
        });
  }

  private NetfilterKeeper keeper(String variant) throws ToolFailed {
    var netfilter =
        Netfilter.detect(
            new Tool(List.of(), Duration.ofSeconds(20)),
            new Binaries(variant),
            OpenConnections.OF_THIS_NAMESPACE);
    return new NetfilterKeeper(
        netfilter, RulesetNews.of(netfilter.backend()), NetfilterKeeper.PERIOD, events::add);
  }

  /** Runs a program there. */
  String exec(String words) {
    return run("ip netns exec " + node + " " + words);
  }

  /** On a thread in that namespace. */
  static <T> T in(String namespace, Callable<T> work) throws Exception {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .start(
            () -> {
              try (var file = FileDescriptor.openForReading("/run/netns/" + namespace)) {
                file.enter(CLONE_NEWNET);
                result.complete(work.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result.get(20, TimeUnit.SECONDS);
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }

  static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 10 s: " + what);
      }
      Thread.onSpinWait();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  static String ip(String words) {
    return run("ip " + words);
  }

  String onNode(String words) {
    return ip("-n " + node + " " + words);
  }

  static String run(String words) {
    try {
      var process =
          new ProcessBuilder(Arrays.asList(words.split(" ", -1))).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(words + ": " + output);
      }
      return output;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(words, e);
    }
  }

  static boolean works(String words) {
    try {
      run(words);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  static HostState host(String primaryMac, String primaryIp, SecondaryEni... enis) {
    boolean v6 = primaryIp.contains(":");
    return new HostState(
        v6,
        Mac.parse(primaryMac),
        Ip.parse(primaryIp),
        Optional.empty(),
        List.of(Cidr.parse(v6 ? "2600:1f13:aaa::/56" : "10.0.0.0/16")),
        List.of(),
        List.of(),
        false,
        true,
        SnatRandomization.FULLY,
        0x80,
        9001,
        "eni",
        Optional.empty(),
        false,
        List.of(enis));
  }

  static HostState withPodEni(HostState host, PodSecurityGroupMode mode) {
    return new HostState(
        host.ipv6Node(),
        host.primaryMac(),
        host.primaryIp(),
        host.egressIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        host.externalServiceCidrs(),
        host.externalSnat(),
        host.nodePort(),
        host.snatRandomization(),
        host.connmark(),
        host.eniMtu(),
        host.vethPrefix(),
        Optional.of(mode),
        host.egress(),
        host.enis());
  }

  static HostState withExternalServices(HostState host, String... cidrs) {
    return new HostState(
        host.ipv6Node(),
        host.primaryMac(),
        host.primaryIp(),
        host.egressIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        Arrays.stream(cidrs).map(Cidr::parse).toList(),
        host.externalSnat(),
        host.nodePort(),
        host.snatRandomization(),
        host.connmark(),
        host.eniMtu(),
        host.vethPrefix(),
        host.podEni(),
        host.egress(),
        host.enis());
  }

  static HostState withMark(HostState host, int mark, boolean externalSnat, boolean nodePort) {
    return new HostState(
        host.ipv6Node(),
        host.primaryMac(),
        host.primaryIp(),
        host.egressIp(),
        host.vpcCidrs(),
        host.excludeSnatCidrs(),
        host.externalServiceCidrs(),
        externalSnat,
        nodePort,
        host.snatRandomization(),
        mark,
        host.eniMtu(),
        host.vethPrefix(),
        host.podEni(),
        host.egress(),
        host.enis());
  }

  static SecondaryEni eni(
      String id, String mac, String ip, String subnet, int card, int device, int table) {
    return new SecondaryEni(
        id, Mac.parse(mac), Ip.parse(ip), Cidr.parse(subnet), card, device, table, false);
  }

  static PodState pod(String name, String netns, String veth, String ip, int table) {
    return pods(name, netns, List.of(new PodInterface("eth0", veth, Ip.parse(ip), table)));
  }

  static PodState pods(String name, String netns, List<PodInterface> interfaces) {
    return new PodState(
        "container-" + name,
        "eth0",
        "default",
        name,
        netns.isEmpty() ? Optional.empty() : Optional.of("/run/netns/" + netns),
        interfaces,
        Optional.empty(),
        Optional.empty(),
        9001);
  }

  @Override
  public void close() {
    kernel.close();
    keeper.ifPresent(NetfilterKeeper::close);
    namespaces.reversed().forEach(name -> ip("netns del " + name));
  }
}
