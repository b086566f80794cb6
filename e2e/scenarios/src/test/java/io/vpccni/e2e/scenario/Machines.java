package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What a runtime's pods may leave on a node, and how to wait for a call. */
final class Machines {
  private Machines() {}

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  /**
   * Everything that a pod could have left behind: links, rules, routes, packet filter rules of the
   * chained plugins, namespaces, allocations.
   */
  record Traces(
      List<String> kernel, List<String> filters, TreeSet<String> netns, Set<String> allocated) {
    static Traces of(Node node) throws IOException {
      return new Traces(
          Checks.kernel(node).stream().filter(line -> !line.contains("lladdr")).sorted().toList(),
          netfilter(node),
          namespaces(),
          Checks.allocated(node));
    }

    /** portmap keeps its top chains; what it made for a pod names the pod's container. */
    private static List<String> netfilter(Node node) throws IOException {
      var rules = new ArrayList<String>();
      node.run("iptables-save", "-t", "nat")
          .lines()
          .filter(line -> line.contains("CNI-DN-") || line.contains("CNI-SN-"))
          .forEach(rules::add);
      node.run("ip", "-o", "link", "show", "type", "ifb").lines().forEach(rules::add);
      return rules;
    }

    /** Of runtimes: the testbed's own have other names. */
    private static TreeSet<String> namespaces() throws IOException {
      var names = new TreeSet<String>();
      try (var files = Files.list(Path.of("/run/netns"))) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.startsWith("cni-") || name.startsWith("netns-"))
            .forEach(names::add);
      }
      return names;
    }
  }

  /** Veths go a moment after the answer. */
  static void leftNothing(Node node, Traces before) throws IOException {
    Wait.until(
        node.name() + " has no trace of the pods",
        Duration.ofSeconds(20),
        () -> Traces.of(node).equals(before),
        () -> "; before: " + before + "; now: " + now(node));
  }

  private static Traces now(Node node) {
    try {
      return Traces.of(node);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Processes in a control group below the given one, in any hierarchy. */
  static List<String> processes(String group) throws IOException {
    var found = new ArrayList<String>();
    for (var process : ProcessHandle.allProcesses().toList()) {
      var file = Path.of("/proc/" + process.pid() + "/cgroup");
      try {
        if (Files.readString(file).contains(group)) {
          found.add(process.info().commandLine().orElse("" + process.pid()));
        }
      } catch (IOException gone) {
        // It has ended meanwhile.
      }
    }
    return found;
  }

  static void noProcesses(String group) throws IOException {
    Wait.until(
        "no process is left in " + group, Duration.ofSeconds(10), () -> processes(group).isEmpty());
    assertThat(processes(group)).isEmpty();
  }
}
