package io.vpccni.e2e.scenario;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The traces of pods are everything that a pod could have left behind on a node: links, rules and
 * routes, packet filter rules of the chained plugins, namespaces and allocations.
 */
record PodTraces(
    List<String> kernel, List<String> filters, Set<String> netns, Set<String> allocated) {
  /** Looks at a node before a test, after what earlier tests left is gone. */
  static PodTraces of(Node node) throws IOException {
    Checks.settled(node);
    return look(node);
  }

  private static PodTraces look(Node node) throws IOException {
    return new PodTraces(
        Checks.kernel(node).stream().filter(line -> !line.contains("lladdr")).sorted().toList(),
        netfilter(node),
        namespaces(),
        Checks.allocated(node));
  }

  /**
   * Leaves out the top chains, which portmap keeps. What it makes for a pod names its container.
   */
  private static List<String> netfilter(Node node) throws IOException {
    var rules = new ArrayList<String>();
    node.run("iptables-save", "-t", "nat")
        .lines()
        .filter(line -> line.contains("CNI-DN-") || line.contains("CNI-SN-"))
        .forEach(rules::add);
    node.run("ip", "-o", "link", "show", "type", "ifb").lines().forEach(rules::add);
    return rules;
  }

  /** Returns the namespaces that runtimes made; the testbed's own have other names. */
  private static Set<String> namespaces() throws IOException {
    var names = new TreeSet<String>();
    try (var files = Files.list(Path.of("/run/netns"))) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("cni-") || name.startsWith("netns-"))
          .forEach(names::add);
    }
    return names;
  }

  /** Waits until the node is as it was at this look; veths go a moment after the answer. */
  void awaitOn(Node node) throws IOException {
    Wait.until(
        node.name() + " has no trace of the pods",
        Checks.PATIENCE,
        () -> look(node).equals(this),
        () -> "; before: " + this + "; now: " + now(node));
  }

  private static PodTraces now(Node node) {
    try {
      return look(node);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
