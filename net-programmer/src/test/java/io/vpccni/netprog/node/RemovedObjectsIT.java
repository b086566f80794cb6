package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.PodState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * On a node with 200 pods, 50 objects of every kind are removed or changed at random. They return
 * in time, and {@code ip monitor} shows that nothing else was touched meanwhile.
 */
@Timeout(120)
class RemovedObjectsIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final int PODS = 200;
  private static final int RULES_AND_ROUTES = 40;
  private static final int VETHS = 3;
  private static final int NETFILTER = 4;
  private static final Random RANDOM = new Random(20261126);
  private static final Duration NETLINK_LIMIT = Duration.ofSeconds(1);
  private static final Duration NETFILTER_LIMIT = Duration.ofSeconds(10);

  /**
   * A removal and how it shows.
   *
   * @param command a command of {@code ip}
   * @param traces what {@code ip monitor} says about the removal and the return, a part of each
   *     line
   */
  private record Removal(String command, List<String> traces) {}

  @Test
  void allComeBackAndNothingElseIsTouched() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode("iptables-nft")) {
      node.primary(MAC0, "10.0.0.4/18");
      node.onNode("route add default via 10.0.0.1 dev eth0");
      node.eni("eth1", MAC1);
      var host =
          SampleState.host(
              MAC0,
              "10.0.0.4",
              SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2));
      await(node.kernel().sync(host, List.of(), List.of()));
      var pods = attach(node);
      aRestartChangesNothing(node, host, pods);

      var netlink = netlink(node);
      var netfilter = netfilter(node);
      var removals = removals(node);
      node.events.clear();
      try (var monitor = new IpMonitor(node.namespace, "route", "rule", "link", "address")) {
        Wait.until("links are quiet", () -> monitor.changes().isEmpty());
        node.batchOnNode("-4", removals.stream().map(Removal::command).toList());
        long removed = System.nanoTime();
        Wait.until("rules, routes, links and addresses", () -> netlink(node).equals(netlink));
        assertThat(repairTime(node, removed)).isLessThan(NETLINK_LIMIT);
        assertThat(unexplained(monitor.changes(), removals)).isEmpty();

        removeNetfilter(node, netfilter);
        removed = System.nanoTime();
        Wait.until("netfilter", () -> netfilter(node).equals(netfilter));
        assertThat(repairTime(node, removed)).isLessThan(NETFILTER_LIMIT);
        assertThat(monitor.changes()).isEmpty();
      }
      Wait.until(
          "told of each kind",
          () -> kinds(node).containsAll(List.of("rule", "route", "link", "iptables", "nftables")));
      assertThat(repaired(node)).noneMatch(Event.Repaired::contested);
    }
  }

  private static List<PodState> attach(TestNode node) throws Exception {
    var pods = new ArrayList<PodState>();
    var namespaces = node.podNamespaces(PODS);
    for (int i = 0; i < PODS; i++) {
      var pod = pod("p" + i, namespaces.get(i), "eni" + i, "10.0.1." + i, i % 2 == 0 ? 254 : 2);
      await(node.kernel().attach(pod));
      pods.add(pod);
    }
    return pods;
  }

  private static void aRestartChangesNothing(TestNode node, HostState host, List<PodState> pods)
      throws Exception {
    var netfilter = netfilter(node);
    try (var monitor = new IpMonitor(node.namespace, "route", "rule", "link", "address", "neigh")) {
      Wait.until("links are quiet", () -> monitor.changes().isEmpty());
      node.restart();
      var known = pods.stream().map(SampleState::asFromACheckpoint).toList();
      assertThat(await(node.kernel().sync(host, known, List.of())).changes()).isZero();
      assertThat(monitor.changes()).isEmpty();
    }
    assertThat(netfilter(node)).isEqualTo(netfilter);
  }

  private static List<Removal> removals(TestNode node) {
    var all =
        Stream.concat(
                ReferenceDump.normal(node.onNode("rule")).lines(),
                ReferenceDump.normal(node.onNode("-4 route show table all")).lines())
            .filter(line -> line.matches("(512|1536|1024|32765): .*|10\\.0\\.1\\..* dev eni.*"))
            .map(RemovedObjectsIT::removal)
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(all, RANDOM);
    var removals = new ArrayList<>(all.subList(0, RULES_AND_ROUTES));
    for (int i = 0; i < VETHS; i++) {
      var veth = "eni" + RANDOM.nextInt(PODS);
      removals.add(
          new Removal("link set " + veth + " down", List.of(" " + veth + " ", " " + veth + "@")));
    }
    removals.add(new Removal("link set eth0 mtu 1500", List.of(" eth0@")));
    removals.add(
        new Removal("addr del 10.0.23.206/18 dev eth1", List.of(" eth1 ", " 10.0.23.206 ")));
    removals.add(
        new Removal("link set eth1 down", List.of(" eth1 ", " eth1@", " c-eth1 ", " c-eth1@")));
    return removals;
  }

  private static Removal removal(String line) {
    return line.contains(": ")
        ? new Removal(
            "rule del prio " + line.replace(":", "").replace("from all ", ""),
            List.of(line.substring(line.indexOf(' ')) + " "))
        : new Removal("route del " + line, List.of(line.substring(0, line.indexOf(" scope"))));
  }

  /**
   * Returns the lines that do not concern a removed object, and the removals that no line concerns.
   */
  private static List<String> unexplained(List<String> lines, List<Removal> removals) {
    var padded = lines.stream().map(line -> " " + line.replaceAll("\\s+", " ") + " ").toList();
    var unexplained =
        padded.stream()
            .filter(
                line ->
                    removals.stream()
                        .flatMap(removal -> removal.traces().stream())
                        .noneMatch(line::contains))
            .collect(Collectors.toCollection(ArrayList::new));
    removals.stream()
        .filter(
            removal ->
                removal.traces().stream()
                    .noneMatch(trace -> padded.stream().anyMatch(line -> line.contains(trace))))
        .forEach(removal -> unexplained.add("not seen: " + removal));
    return unexplained;
  }

  /** Removes rules of each table by their text, and one of the native table by its handle. */
  private static void removeNetfilter(TestNode node, String saved) {
    var native_ =
        Pattern.compile("jump snat-mark # handle (\\d+)")
            .matcher(node.exec("nft -a list table ip aws-cni"));
    assertThat(native_.find()).isTrue();
    node.exec("nft delete rule ip aws-cni nat-prerouting handle " + native_.group(1));
    var rules =
        saved
            .lines()
            .filter(line -> line.startsWith("-A "))
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(rules, RANDOM);
    for (var rule : rules.subList(0, NETFILTER - 1)) {
      var table = rule.contains("PREROUTING") ? "mangle" : "nat";
      var chain = rule.split(" ", 3)[1];
      var listed =
          node.exec("iptables-nft -t " + table + " -S " + chain)
              .lines()
              .filter(line -> line.startsWith("-A "))
              .toList();
      node.exec("iptables-nft -t " + table + " -D " + chain + " " + (listed.indexOf(rule) + 1));
    }
  }

  private static String netlink(TestNode node) {
    return sorted(ReferenceDump.normal(node.onNode("rule")))
        + sorted(ReferenceDump.normal(node.onNode("-4 route show table all")))
        + sorted(node.onNode("-4 -o addr"))
        + sorted(node.onNode("-br link"))
        + node.onNode("link show eth0").replaceAll("(?s).* (mtu \\d+) .*", "$1");
  }

  private static String sorted(String lines) {
    return lines.lines().sorted().collect(Collectors.joining("\n", "", "\n"));
  }

  private static String netfilter(TestNode node) {
    return ReferenceDump.saved(node.exec("iptables-nft-save")) + "\n" + ReferenceDump.nft(node);
  }

  private static Stream<Event.Repaired> repaired(TestNode node) {
    return node.events.stream()
        .filter(Event.Repaired.class::isInstance)
        .map(Event.Repaired.class::cast);
  }

  private static List<String> kinds(TestNode node) {
    return repaired(node).map(Event.Repaired::what).toList();
  }

  /**
   * Returns the time from the removal to the last word of its repair. The test's own looks, by five
   * programs each, take longer than that on a busy machine.
   */
  private static Duration repairTime(TestNode node, long removal) throws Exception {
    Wait.until("the repair is told", () -> node.lastEvent() > removal);
    return Duration.ofNanos(node.lastEvent() - removal);
  }
}
