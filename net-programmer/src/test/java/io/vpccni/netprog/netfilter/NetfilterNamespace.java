package io.vpccni.netprog.netfilter;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import io.vpccni.netprog.tool.Tool;
import io.vpccni.netprog.tool.ToolFailed;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Gives a test a namespace of its own in the real kernel, with either variant of iptables, which is
 * read with the tools themselves.
 */
abstract class NetfilterNamespace {
  private static final Tool HOST = new Tool(List.of(), Duration.ofSeconds(20));
  private final String namespace = "netfilter-" + ProcessHandle.current().pid();
  final Tool inside = new Tool(List.of("ip", "netns", "exec", namespace), Duration.ofSeconds(20));

  @BeforeEach
  void namespace() throws ToolFailed {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    HOST.run(List.of("ip", "netns", "del", namespace), "");
    HOST.succeed(List.of("ip", "netns", "add", namespace), "");
  }

  /** Makes a namespace for a pod, which goes with the test, and returns its name. */
  String podNamespace() throws ToolFailed {
    HOST.succeed(List.of("ip", "netns", "add", namespace + "-pod"), "");
    return namespace + "-pod";
  }

  /** Makes a pod 10.0.0.5 behind the link eni0, which is also the node's way out. */
  void podBehindEni0() throws ToolFailed {
    for (var command :
        List.of(
            "link add eni0 type veth peer name pod",
            "link set pod netns " + podNamespace(),
            "link set lo up",
            "link set eni0 up",
            "addr add 169.254.1.1/32 dev eni0",
            "route add 10.0.0.5 dev eni0",
            "route add default dev eni0")) {
      inside.succeed(List.of(("ip " + command).split(" ", -1)), "");
    }
    for (var command :
        List.of(
            "link set pod up",
            "addr add 10.0.0.5/32 dev pod",
            "route add 169.254.1.1 dev pod",
            "route add default via 169.254.1.1")) {
      inPod("ip " + command);
    }
  }

  /** Sends a packet to each side, and returns once the other agent's chain has counted both. */
  void pingsInAndOutOfTheVpc() throws Exception {
    // Nobody answers: that the packets get this far is all that matters. They may come after the
    // pings have ended, because the kernel keeps them until it knows the gateway's MAC.
    inPod("ping -c 1 -W 1 192.0.2.1");
    inPod("ping -c 1 -W 1 10.0.9.9");
    Wait.until("both packets were seen", () -> !packetsSeen().contains("counter packets 0 "));
  }

  /** Lists what the other agent's chain has counted. */
  String packetsSeen() throws ToolFailed {
    return inside.succeed(List.of("nft", "list", "chain", "ip", "other", "seen"), "");
  }

  /** Runs a program in the pod's namespace, whatever its exit status is. */
  void inPod(String command) throws ToolFailed {
    var words = new ArrayList<>(List.of("ip", "netns", "exec", namespace + "-pod"));
    words.addAll(List.of(command.split(" ", -1)));
    HOST.run(words, "");
  }

  @AfterEach
  void noNamespace() throws ToolFailed {
    HOST.run(List.of("ip", "netns", "del", namespace + "-pod"), "");
    HOST.run(List.of("ip", "netns", "del", namespace), "");
  }

  Netfilter netfilter(String variant) throws ToolFailed {
    return Netfilter.detect(inside, new IptablesPrograms(variant), () -> {});
  }

  static Ipv4Node node(boolean externalSnat, boolean nodePort) {
    return new Ipv4Node(
        Ip.parse("10.0.0.4"),
        List.of(Cidr.parse("10.0.0.0/16")),
        List.of(),
        externalSnat,
        nodePort);
  }

  /** Returns a node with two VPC CIDRs and two excluded ones, and with NodePort. */
  static Ipv4Node manyCidrs() {
    return new Ipv4Node(
        Ip.parse("10.0.0.4"),
        List.of(Cidr.parse("10.10.0.0/16"), Cidr.parse("10.11.0.0/16")),
        List.of(Cidr.parse("10.12.0.0/16"), Cidr.parse("10.13.0.0/16")),
        false,
        true);
  }

  static DesiredNetfilter desired(Ipv4Node node, Randomization randomization) {
    return new DesiredNetfilter(
        "eth0", Optional.of(node), 0x80, List.of("eni"), randomization, Optional.empty(), Set.of());
  }

  void fresh() throws ToolFailed {
    HOST.succeed(List.of("ip", "netns", "del", namespace), "");
    HOST.succeed(List.of("ip", "netns", "add", namespace), "");
  }

  /** Returns the tables without comments and counters, sorted by name, each once. */
  String saved(String variant) throws ToolFailed {
    var text = inside.succeed(List.of(variant + "-save"), "");
    var tables = new ArrayList<String>();
    for (var table :
        text.replaceAll("(?m)^#.*\n", "")
            .replaceAll(" \\[\\d+:\\d+\\]", "")
            .split("(?<=COMMIT\n)", -1)) {
      if (!table.isBlank()) {
        tables.add(table.strip());
      }
    }
    tables.sort(null);
    return String.join("\n", tables);
  }

  String nftTable() throws ToolFailed {
    var result = inside.run(List.of("nft", "-s", "list", "table", "ip", "aws-cni"), "");
    return result.exit() != 0
        ? "(table absent)"
        : result
            .output()
            .replace("\t", " ")
            .replaceAll("(?m)^ +|\\s+$", "")
            .replaceAll("\n\n", "\n");
  }
}
