package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.netprog.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares the kernel with {@link ExpectedPods}: everything in the node's namespace and in each
 * pod's, and nothing besides. The kernel is read with {@code ip}, {@code iptables-save} and {@code
 * nft}.
 */
record KernelComparison(TestNode node, ExpectedPods expected) {
  private static final List<Map<String, Object>> EVERY_NAMESPACE =
      List.of(
          Map.of("priority", 0, "src", "all", "table", "local"),
          Map.of("priority", 32766, "src", "all", "table", "main"),
          Map.of("priority", 32767, "src", "all", "table", "default"));

  /** The content of one pod's namespace. */
  private record Inside(JsonArray links, JsonArray rules, JsonArray routes) {}

  void compare() throws Exception {
    assertThat(json(node.onNode("-j -4 rule"))).isEqualTo(expected.rules());
    assertThat(
            json(node.onNode("-j -4 route show table all")).stream()
                .filter(route -> !"local".equals(route.get("table")))
                .collect(Collectors.toSet()))
        .isEqualTo(expected.routes());
    var links = new TreeMap<String, String>();
    for (var link : json(node.onNode("-j link"))) {
      links.put(String.valueOf(link.get("ifname")), link.get("mtu") + " " + link.get("operstate"));
    }
    assertThat(links).isEqualTo(expected.links());
    assertThat(
            json(quietIpv6Routes()).stream()
                .filter(route -> String.valueOf(route.get("dst")).startsWith("fd00::ac:"))
                .map(route -> route.get("dst") + " dev " + route.get("dev")))
        .containsExactlyInAnyOrderElementsOf(expected.egressRoutes().toList());
    sysctls();
    netfilter();
    inside();
  }

  /**
   * Returns IPv6's main table as soon as two readings agree. A link that just got its carrier adds
   * its link-local route a moment later, and a dump that the kernel interrupts for it lists some
   * routes twice.
   */
  private String quietIpv6Routes() throws Exception {
    var readings = new ArrayDeque<String>();
    Wait.until(
        "IPv6 routes are quiet",
        () -> {
          readings.addFirst(node.onNode("-j -6 route show table main"));
          return readings.size() > 1 && readings.removeLast().equals(readings.getFirst());
        });
    return readings.getFirst();
  }

  private void netfilter() throws IOException {
    assertThat(node.exec("ip6tables-save -t nat").lines().filter(line -> line.contains("-s fd00")))
        .hasSize(1);
    if (!TestNode.run("iptables --version").contains("legacy")) {
      var dump = ReferenceDump.read("default.txt");
      assertThat(ReferenceDump.saved(node.exec("iptables-save")))
          .isEqualTo(dump.section("iptables-save"));
      assertThat(ReferenceDump.nft(node)).isEqualTo(dump.connmarkTable());
      var objects =
          new JsonObject(node.exec("nft -j list table ip aws-cni")).getJsonArray("nftables");
      assertThat(objects.stream().filter(one -> ((JsonObject) one).containsKey("rule"))).hasSize(6);
    }
  }

  /** Checks that router advertisements of pods are refused. */
  private void sysctls() {
    var pods =
        expected
            .pods()
            .map(ExpectedPods::veth)
            .map("/proc/sys/net/ipv6/conf/%s/accept_ra"::formatted);
    var read =
        expected.pods().findAny().isEmpty()
            ? ""
            : node.exec("cat " + String.join(" ", pods.toList()));
    assertThat(read).matches("(0\\n)*");
    assertThat(read.lines()).hasSize((int) expected.pods().count());
  }

  private void inside() throws Exception {
    var seen = insideAll();
    for (int pod = 0; pod < ExpectedPods.PODS; pod++) {
      compareInside(pod, seen.get(pod));
    }
  }

  /**
   * Reads all namespaces by few processes, since one for each object of each pod would take longer
   * than all the rest.
   */
  private List<Inside> insideAll() throws IOException {
    var batch = Files.createTempFile("census-", ".batch");
    try {
      Files.write(batch, List.of("addr show", "rule show", "route show table all"));
      var names = IntStream.range(0, ExpectedPods.PODS).mapToObj(expected::namespace).toList();
      var script =
          "for n in %s; do ip -n $n -j -batch %s || exit 1; done"
              .formatted(String.join(" ", names), batch);
      var arrays =
          TestNode.run(List.of("sh", "-c", script), "").lines().map(JsonArray::new).toList();
      assertThat(arrays).hasSize(3 * ExpectedPods.PODS);
      return IntStream.range(0, ExpectedPods.PODS)
          .map(pod -> 3 * pod)
          .mapToObj(at -> new Inside(arrays.get(at), arrays.get(at + 1), arrays.get(at + 2)))
          .toList();
    } finally {
      Files.delete(batch);
    }
  }

  private void compareInside(int pod, Inside seen) {
    boolean there = expected.has(pod);
    boolean two = there && ExpectedPods.hasTwoInterfaces(pod);
    boolean egress = there && ExpectedPods.hasEgress(pod);
    assertThat(addresses(seen))
        .as("links and addresses of pod %d", pod)
        .isEqualTo(
            Stream.of(
                    Stream.of("lo"),
                    there
                        ? Stream.of("eth0 " + ExpectedPods.ip(pod) + "/32")
                        : Stream.<String>empty(),
                    two
                        ? Stream.of("mNicIf1 " + ExpectedPods.secondIp(pod) + "/32")
                        : Stream.<String>empty(),
                    egress
                        ? Stream.of("v6if0 " + ExpectedPods.egressIp(pod) + "/118")
                        : Stream.<String>empty())
                .flatMap(lines -> lines)
                .collect(Collectors.toSet()));
    var routes = new HashSet<String>();
    if (there) {
      routes.addAll(List.of("default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0"));
    }
    if (two) {
      routes.addAll(
          List.of("1: default via 169.254.1.2 dev mNicIf1", "1: 169.254.1.2 dev mNicIf1"));
    }
    assertThat(routes(seen, false)).as("routes of pod %d", pod).isEqualTo(routes);
    assertThat(routes(seen, true).stream().filter(route -> route.startsWith("default")))
        .as("IPv6 ways out of pod %d", pod)
        .hasSize(egress ? 1 : 0)
        .allMatch(route -> route.matches("default via fe80::\\S+ dev v6if0"));
    if (there) {
      // Of one that is gone a rule stays until its namespace goes: a detach never enters it.
      var rules = new HashSet<>(EVERY_NAMESPACE);
      if (two) {
        rules.add(Map.of("priority", 1, "src", ExpectedPods.secondIp(pod), "table", "1"));
      }
      assertThat(maps(seen.rules())).as("rules of pod %d", pod).isEqualTo(rules);
    }
  }

  /**
   * Returns "link address" for each address of wider scope than the link, and "link" for a link
   * without one.
   */
  private static Set<String> addresses(Inside seen) {
    var all = new HashSet<String>();
    for (var link : maps(seen.links())) {
      var own = new ArrayList<String>();
      for (var each : (List<?>) link.getOrDefault("addr_info", List.of())) {
        var address = (Map<?, ?>) each;
        if ("global".equals(address.get("scope"))) {
          own.add(link.get("ifname") + " " + address.get("local") + "/" + address.get("prefixlen"));
        }
      }
      all.addAll(own.isEmpty() ? List.of(String.valueOf(link.get("ifname"))) : own);
    }
    return all;
  }

  private static Set<String> routes(Inside seen, boolean v6) {
    return maps(seen.routes()).stream()
        .filter(route -> !"local".equals(route.get("table")))
        .filter(route -> (route.get("dst") + " " + route.get("gateway")).contains(":") == v6)
        .map(
            route ->
                (route.containsKey("table") ? route.get("table") + ": " : "")
                    + route.get("dst")
                    + (route.containsKey("gateway") ? " via " + route.get("gateway") : "")
                    + " dev "
                    + route.get("dev"))
        .collect(Collectors.toSet());
  }

  private static Set<Map<String, Object>> json(String text) {
    return maps(new JsonArray(text));
  }

  @SuppressWarnings("unchecked")
  private static Set<Map<String, Object>> maps(JsonArray array) {
    var values = new HashSet<Map<String, Object>>();
    for (var one : array.getList()) {
      values.add((Map<String, Object>) one);
    }
    assertThat(values).as("nothing twice").hasSameSizeAs(array.getList());
    return values;
  }
}
