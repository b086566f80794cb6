package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pinger;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** These checks are the vocabulary of the scenarios. */
final class Checks {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private static final Pattern OF_AN_ENI = Pattern.compile("\\beth\\d");

  private Checks() {}

  static boolean pings(Pod from, Ip to) {
    return Pinger.in(from).reaches(to, ANSWER);
  }

  static boolean pings(Node from, Ip to) {
    return Pinger.on(from).reaches(to, ANSWER);
  }

  /** Pings without the patience that a ping which must fail does not need. */
  static boolean pingsAtOnce(Pod from, Ip to) {
    return Pinger.in(from).reaches(to, Duration.ofSeconds(1));
  }

  /** Checks that every pod is reached by its node and by every other pod. */
  static void allPing(List<Pod> pods) {
    for (var pod : pods) {
      assertThat(pings(pod.node(), pod.ip())).as("node to %s", pod.name()).isTrue();
      for (var other : pods) {
        if (!other.equals(pod)) {
          assertThat(pings(pod, other.ip())).as("%s to %s", pod.name(), other.name()).isTrue();
        }
      }
    }
  }

  static void noAddressTwice(List<Pod> pods) {
    var ips = pods.stream().map(Pod::ip).toList();
    assertThat(new HashSet<>(ips)).hasSameSizeAs(ips);
  }

  /** Returns the addresses that the checkpoint has given to pods. */
  static Set<String> allocated(Node node) throws IOException {
    var file = node.namespaces().file("/run/aws-node/ipam.json");
    var addresses = new TreeSet<String>();
    var allocations = new JsonObject(Files.readString(file)).getJsonArray("allocations");
    if (allocations != null) {
      allocations.forEach(entry -> addresses.add(((JsonObject) entry).getString("ipv4")));
    }
    return addresses;
  }

  /**
   * Waits until the kernel is done with what earlier calls left to it. The links of pods that ended
   * are on their way out for up to two seconds, and a new link gets its IPv6 address and the routes
   * to it when the kernel has noticed that the other end is up. Whoever compares two looks at a
   * node makes the first one after this.
   */
  static void settled(Node node) throws IOException {
    Wait.until(
        node.name() + ": links of pods that ended are gone, and others have their IPv6 address",
        PATIENCE,
        () ->
            Collections.disjoint(pendingVeths(node), veths(node))
                && withOwnAddress(node).containsAll(connectedVeths(node)),
        node::tails);
  }

  /** Returns the links that the checkpoint says are still to be deleted. */
  private static Set<String> pendingVeths(Node node) throws IOException {
    var names = new TreeSet<String>();
    var file = node.namespaces().file("/run/aws-node/ipam.json");
    var agent = new JsonObject(Files.readString(file)).getJsonObject("agent", new JsonObject());
    agent.getJsonArray("pendingVeths", new JsonArray()).forEach(name -> names.add((String) name));
    return names;
  }

  /** Returns the names of all veths on the node. */
  private static Set<String> veths(Node node) throws IOException {
    return names(node.run("ip", "-br", "link", "show", "type", "veth").lines());
  }

  /** Returns the names of the veths whose two ends are up. */
  private static Set<String> connectedVeths(Node node) throws IOException {
    return names(
        node.run("ip", "-br", "link", "show", "type", "veth")
            .lines()
            .filter(line -> line.contains(",LOWER_UP")));
  }

  private static Set<String> names(Stream<String> links) {
    return links
        .map(line -> line.split("[@ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the names of the links on which the node answers to a link-local address. */
  private static Set<String> withOwnAddress(Node node) throws IOException {
    return node.run("ip", "-6", "route", "show", "table", "local")
        .lines()
        .filter(line -> line.startsWith("local fe80::"))
        .map(line -> line.replaceFirst("^.* dev (\\S+) .*$", "$1"))
        .collect(Collectors.toSet());
  }

  static void released(Node node, Ip ip) throws IOException {
    Wait.until(
        ip + " is no longer allocated on " + node.name(),
        PATIENCE,
        () -> !allocated(node).contains(ip.toString()));
  }

  /** Returns everything in the kernel that a pod could have left something in. */
  static List<String> kernel(Node node) throws IOException {
    var all = new ArrayList<String>();
    for (var command :
        List.of("ip -o link show type veth", "ip rule", "ip -6 rule", "ip route show table all")) {
      // Counters, and links of ENIs that the pool may attach meanwhile, are nothing of a pod's.
      node.run(command.split(" ", -1))
          .lines()
          .filter(line -> !OF_AN_ENI.matcher(line).find())
          // ip's complaint about a veth whose other end has just gone.
          .filter(line -> !line.startsWith("Error: Peer netns reference"))
          .filter(line -> !line.startsWith("32765:"))
          .map(String::strip)
          .forEach(all::add);
    }
    return all;
  }

  static void remove(Pod pod, Testbed testbed) throws IOException {
    testbed.pods().remove(pod);
    released(pod.node(), pod.ip());
  }
}
