package io.vpccni.e2e.demo;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds what pods have left behind on a node that has none any more. */
final class LeakCheck {
  private final Node node;
  private final List<String> netfilterBefore;

  private LeakCheck(Node node, List<String> netfilterBefore) {
    this.node = node;
    this.netfilterBefore = netfilterBefore;
  }

  /** Makes a check before the first pod; what the host set-up made may stay. */
  static LeakCheck since(Node node) throws IOException {
    return new LeakCheck(node, netfilter(node));
  }

  /** Returns what is left after at most this time, which the kernel needs to delete links. */
  List<String> foundAfter(Duration atMost) throws IOException {
    try {
      Wait.until("nothing is left behind", atMost, () -> found().isEmpty());
      return List.of();
    } catch (IOException somethingIs) {
      return found();
    }
  }

  private List<String> found() throws IOException {
    var found = new ArrayList<String>();
    lines("ip", "-o", "link", "show", "type", "veth")
        .map(line -> line.split("[:@ ]+", 3)[1])
        .filter(name -> !name.startsWith("eth"))
        .forEach(name -> found.add("veth " + name));
    for (var family : List.of("-4", "-6")) {
      lines("ip", family, "rule")
          .filter(rule -> rule.startsWith("512:") || rule.startsWith("1536:"))
          .forEach(rule -> found.add("rule " + rule));
    }
    lines("ip", "route", "show", "table", "all")
        .filter(route -> !route.contains("dev eth") && !route.contains("dev lo"))
        .forEach(route -> found.add("route " + route));
    netfilter(node).stream()
        .filter(rule -> !netfilterBefore.contains(rule))
        .forEach(rule -> found.add("netfilter " + rule));
    allocations().forEach(entry -> found.add("checkpoint " + entry));
    return found.stream().map(each -> node.name() + ": " + each).toList();
  }

  private Stream<String> allocations() throws IOException {
    var file = node.namespaces().file("/run/aws-node/ipam.json");
    var allocations = new JsonObject(Files.readString(file)).getJsonArray("allocations");
    return allocations == null ? Stream.empty() : allocations.stream().map(Object::toString);
  }

  /** Returns the netfilter rules without their counters. */
  private static List<String> netfilter(Node node) throws IOException {
    var all = new ArrayList<String>();
    for (var tool : List.of("iptables-save", "ip6tables-save")) {
      all.addAll(node.run(tool).lines().toList());
    }
    all.addAll(node.run("nft", "list", "ruleset").lines().toList());
    return all.stream()
        .map(line -> line.replaceAll("\\[\\d+:\\d+]|packets \\d+ bytes \\d+", "").strip())
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private Stream<String> lines(String... command) throws IOException {
    return node.run(command).lines().map(String::strip).filter(line -> !line.isEmpty());
  }
}
