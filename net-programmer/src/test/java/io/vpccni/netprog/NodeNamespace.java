package io.vpccni.netprog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** A network namespace with a primary link, which stands for a node, and an empty one for a pod. */
final class NodeNamespace implements AutoCloseable {
  /** The MAC of the primary ENI in {@link io.vpccni.netprog.request.SampleRequests#host}. */
  private static final String PRIMARY_MAC = "02:00:00:63:53:4c";

  private final String node;
  private final String pod;

  NodeNamespace(String id) throws IOException {
    node = id + "-host";
    pod = id + "-pod";
    for (var name : List.of(node, pod)) run("ip netns add " + name);
    ip("link add eth0 address " + PRIMARY_MAC + " type veth peer name far0");
    for (var link : List.of("lo", "far0", "eth0")) ip("link set " + link + " up");
    ip("addr add 10.0.1.10/24 dev eth0");
    ip("addr add 2001:db8::10/64 dev eth0 nodad");
    ip("route add default via 10.0.1.1");
  }

  String name() {
    return node;
  }

  String path() {
    return "/run/netns/" + node;
  }

  String podPath() {
    return "/run/netns/" + pod;
  }

  String ip(String words) throws IOException {
    return run("ip -n " + node + " " + words);
  }

  String exec(String words) throws IOException {
    return run("ip netns exec " + node + " " + words);
  }

  void sysctl(String key, String value) throws IOException {
    run("ip", "netns", "exec", node, "sh", "-c", "echo " + value + " > /proc/sys/" + key);
  }

  static String run(String words) throws IOException {
    return run(words.split(" ", -1));
  }

  static String run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    // It has closed its output.
    int exit = process.onExit().join().exitValue();
    assertThat(exit).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }

  @Override
  public void close() throws IOException {
    for (var name : List.of(node, pod)) run("ip netns del " + name);
  }
}
