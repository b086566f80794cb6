package io.vpccni.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pinger;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.network.SourceEcho;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** These checks are the vocabulary of the traffic tests. */
final class TrafficChecks {
  /**
   * The agent may take this long for what it does by itself, with much to spare on a busy machine.
   */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An answer that must come may take this long; the first packets may wait for neighbours. */
  static final Duration ANSWER = Duration.ofSeconds(5);

  /** A test waits this long for an answer that must not come. */
  static final Duration SILENCE = Duration.ofSeconds(1);

  private TrafficChecks() {}

  interface Act {
    void run() throws IOException;
  }

  /** Returns the address that the server saw of this pod. */
  static Ip seen(Pod from, Ip server) throws IOException {
    return SourceEcho.ask(from.netnsPath(), server, ANSWER);
  }

  static Ip seen(Path from, Ip server, int port) throws IOException {
    return SourceEcho.ask(from, new InetSocketAddress(server.toInetAddress(), port), ANSWER);
  }

  /** Checks that no connection comes about and that the VPC's source check is what stopped it. */
  static void stoppedBySourceCheck(Testbed testbed, Path from, Ip server, int port)
      throws IOException {
    long before = testbed.network().spoofed();
    unanswered(from, server, port);
    assertThat(testbed.network().spoofed()).as("packets of foreign sources").isGreaterThan(before);
  }

  static void unanswered(Path from, Ip server, int port) {
    var address = new InetSocketAddress(server.toInetAddress(), port);
    assertThatThrownBy(() -> SourceEcho.ask(from, address, SILENCE))
        .as("%s of %s", address, from)
        .isInstanceOf(IOException.class);
  }

  /** Checks that packets with this many bytes of payload arrive in one piece. */
  static void carries(Pod from, Ip to, int payload) {
    assertThat(pings(from, to, payload)).as("%d bytes of payload to %s", payload, to).isTrue();
  }

  static void carriesNot(Pod from, Ip to, int payload) {
    assertThat(pings(from, to, payload)).as("%d bytes of payload to %s", payload, to).isFalse();
  }

  private static boolean pings(Pod from, Ip to, int payload) {
    return Pinger.in(from).reaches(to, ANSWER, "-M", "do", "-s", Integer.toString(payload));
  }

  /** Checks that a router tells the pod the greatest size that fits. */
  static void toldToSendLess(Pod from, Ip to, int payload, String words) {
    assertThatThrownBy(
            () -> Pinger.in(from).ping(to, ANSWER, "-M", "do", "-s", Integer.toString(payload)))
        .hasMessageContaining(words);
  }

  /** Adds pods to a node until one of them has its address on another ENI than the first has. */
  static List<Pod> onTwoEnis(Testbed testbed, Node node, String prefix) throws IOException {
    var pods = new ArrayList<Pod>();
    while (pods.isEmpty() || !onSecondaryEni(pods.getLast())) {
      assertThat(pods).as("pods, none of them on a secondary ENI").hasSizeLessThan(20);
      pods.add(testbed.pods().addPatiently(node, prefix + pods.size()));
    }
    return pods;
  }

  private static boolean onSecondaryEni(Pod pod) throws IOException {
    return pod.node()
        .run("ip", "rule")
        .lines()
        .anyMatch(rule -> rule.startsWith("1536:") && rule.contains("from " + pod.ip() + " "));
  }

  /**
   * Checks what holds without a rule. The rule is taken away for a while, with nobody there to put
   * it back, and comes back by itself afterwards.
   *
   * @param tool {@code iptables} or {@code ip6tables}
   * @param containing words of the rule, which must exist
   */
  static void without(Node node, String tool, String table, String containing, Act meanwhile)
      throws IOException {
    var rules = rules(node, tool, table, containing);
    assertThat(rules).as("%s rules with \"%s\"", table, containing).isNotEmpty();
    node.netProgrammer().pause();
    try {
      var lines = new ArrayList<String>();
      lines.add("*" + table);
      rules.forEach(rule -> lines.add(rule.replaceFirst("^-A", "-D")));
      lines.add("COMMIT");
      node.feed(lines, tool + "-restore", "--noflush", "-w");
      meanwhile.run();
    } finally {
      node.netProgrammer().resume();
    }
    Wait.until(
        "the rule is back: " + containing,
        PATIENCE,
        () -> rules(node, tool, table, containing).equals(rules));
  }

  static List<String> rules(Node node, String tool, String table, String containing)
      throws IOException {
    return saved(node, tool, table).filter(rule -> rule.contains(containing)).toList();
  }

  private static Stream<String> saved(Node node, String tool, String table) throws IOException {
    return node.run(tool + "-save", "-t", table).lines().filter(rule -> rule.startsWith("-A"));
  }

  static int mtu(Node node, String link) throws IOException {
    var found = Pattern.compile(" mtu (\\d+) ").matcher(node.run("ip", "-o", "link", "show", link));
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }
}
