package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netfilter.IptablesPrograms;
import io.vpccni.netprog.netfilter.Netfilter;
import io.vpccni.netprog.netfilter.NetfilterReconciler;
import io.vpccni.netprog.netfilter.OpenConnections;
import io.vpccni.netprog.netfilter.RulesetChanges;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.tool.Tool;
import io.vpccni.netprog.tool.ToolFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A node in a namespace of its own with links that stand for ENIs, and pods in further namespaces.
 * Tests read the kernel with {@code ip} and not with our own code.
 */
final class TestNode implements AutoCloseable {
  private static int count;

  final String namespace = "kernel-" + ProcessHandle.current().pid() + "-" + ++count;
  final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile long lastEvent;
  private final List<String> namespaces = new ArrayList<>();
  private NodeKernel kernel;

  private final KernelSettings settings;
  private final NetlinkSocket.Opener sockets;
  private final Optional<String> iptables;
  private Optional<NetfilterReconciler> reconciler = Optional.empty();

  TestNode() throws Exception {
    this(NetlinkSocket::open);
  }

  /** Opens the node's kernel with other sockets. */
  TestNode(NetlinkSocket.Opener sockets) throws Exception {
    this(KernelSettings.USUAL, sockets, Optional.empty());
  }

  /** Opens the node's kernel in other surroundings, with other sockets. */
  TestNode(KernelSettings settings, NetlinkSocket.Opener sockets) throws Exception {
    this(settings, sockets, Optional.empty());
  }

  /** Opens the node's kernel with netfilter, by that variant of iptables. */
  TestNode(String iptables) throws Exception {
    this(KernelSettings.USUAL, NetlinkSocket::open, Optional.of(iptables));
  }

  private TestNode(KernelSettings settings, NetlinkSocket.Opener sockets, Optional<String> iptables)
      throws Exception {
    this.settings = settings;
    this.sockets = sockets;
    this.iptables = iptables;
    addNamespace(namespace);
    kernel = open();
  }

  private void addNamespace(String name) {
    ip("netns add " + name);
    namespaces.add(name);
  }

  /** Makes an empty namespace for a pod and returns its name. */
  String podNamespace() {
    var name = namespace + "-p" + namespaces.size();
    addNamespace(name);
    return name;
  }

  /** Makes several namespaces in less time than one by one. */
  List<String> podNamespaces(int count) {
    var names = IntStream.range(0, count).mapToObj(i -> namespace + "-q" + i).toList();
    batch(names.stream().map(name -> "netns add " + name).toList());
    namespaces.addAll(names);
    return names;
  }

  /**
   * Makes a link of the node that stands for an ENI; its other end is up, so that it has a carrier.
   */
  void eni(String name, String mac) {
    ip(
        "-n "
            + namespace
            + " link add "
            + name
            + " address "
            + mac
            + " type veth peer name c-"
            + name);
    ip("-n " + namespace + " link set c-" + name + " up");
  }

  void primary(String mac, String address) {
    eni("eth0", mac);
    ip("-n " + namespace + " addr add " + address + " dev eth0");
    ip("-n " + namespace + " link set eth0 up");
    ip("-n " + namespace + " link set lo up");
  }

  /**
   * Waits until IPv6 is done with the links: each that is up gets its own address and the route to
   * it a second or two later, when no other node has turned out to have that address.
   */
  void ipv6IsQuiet() throws Exception {
    Wait.until(
        "each link that is up has its IPv6 address",
        () -> {
          var own = onNode("-6 route show table local").lines();
          var up = onNode("-br link").lines().filter(line -> !line.startsWith("lo "));
          return own.filter(line -> line.startsWith("local fe80::")).count()
              == up.filter(line -> line.contains(",LOWER_UP")).count();
        });
  }

  /**
   * Demands that the link's IPv6 addresses are not looked for at other nodes before they are used,
   * which takes a second or two. Without it the kernel still takes a moment to make them usable.
   */
  static void noDuplicateAddressDetection(String namespace, String link) throws Exception {
    var in = "ip netns exec " + namespace + " ";
    assertThat(run(in + "cat /proc/sys/net/ipv6/conf/" + link + "/accept_dad")).isEqualTo("0\n");
    Wait.until(
        "the addresses of " + link + " are usable",
        () -> ip("-n " + namespace + " -6 addr show dev " + link + " tentative").isEmpty());
  }

  NodeKernel kernel() {
    return kernel;
  }

  /** Removes a pod and returns the names of the veths that are still to be deleted. */
  List<String> detach(PodState pod) throws Exception {
    return await(kernel.detach(DetachedPod.of(pod)));
  }

  /** Restarts as after a crash. */
  void restart() throws Exception {
    kernel.close();
    reconciler.ifPresent(NetfilterReconciler::close);
    kernel = open();
  }

  private NodeKernel open() throws Exception {
    return InNamespace.call(
        namespace,
        () -> {
          if (iptables.isPresent()) {
            reconciler = Optional.of(reconciler(iptables.get()));
          }
          return NodeKernel.open(settings, sockets, reconciler, this::told);
        });
  }

  private NetfilterReconciler reconciler(String variant) throws ToolFailed {
    var netfilter =
        Netfilter.detect(
            new Tool(List.of(), Duration.ofSeconds(20)),
            new IptablesPrograms(variant),
            OpenConnections.OF_THIS_NAMESPACE);
    return new NetfilterReconciler(
        netfilter, RulesetChanges.of(netfilter.backend()), NetfilterReconciler.PERIOD, this::told);
  }

  private void told(Event event) {
    lastEvent = System.nanoTime();
    events.add(event);
  }

  /** Returns the {@link System#nanoTime} of the last event. */
  long lastEvent() {
    return lastEvent;
  }

  /** Runs a program on the node. */
  String exec(String words) {
    return run("ip netns exec " + namespace + " " + words);
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }

  static String ip(String words) {
    return run("ip " + words);
  }

  /** Runs several commands of {@code ip} by one process. */
  private static void batch(List<String> commands) {
    run(List.of("ip", "-batch", "-"), String.join("\n", commands) + "\n");
  }

  /** Runs several commands of {@code ip} on the node by one process. */
  void batchOnNode(String family, List<String> commands) {
    run(List.of("ip", family, "-n", namespace, "-batch", "-"), String.join("\n", commands) + "\n");
  }

  String onNode(String words) {
    return ip("-n " + namespace + " " + words);
  }

  static String run(String words) {
    return run(Arrays.asList(words.split(" ", -1)), "");
  }

  static String run(List<String> command, String input) {
    var words = String.join(" ", command);
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException ended) {
        // Its own words say why.
      }
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

  @Override
  public void close() {
    kernel.close();
    reconciler.ifPresent(NetfilterReconciler::close);
    batch(namespaces.reversed().stream().map(name -> "netns del " + name).toList());
  }
}
