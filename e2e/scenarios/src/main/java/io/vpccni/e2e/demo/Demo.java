package io.vpccni.e2e.demo;

import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.ShutdownGuard;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.sim.network.SourceEcho;
import io.vpccni.sim.network.VpcNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The demo goes from an empty machine to pods that ping, and back, and says what it sees. It fails
 * with a reason where going on would only hide a fault.
 */
public final class Demo {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration WEB_PATIENCE = Duration.ofSeconds(5);

  private final Testbed testbed;
  private final int podsPerNode;
  private final Progress progress;
  private final PingTally pings = new PingTally();
  private final List<String> faults = new ArrayList<>();

  private Demo(Testbed testbed, int podsPerNode, Progress progress) {
    this.testbed = testbed;
    this.podsPerNode = podsPerNode;
    this.progress = progress;
  }

  /** Runs the demo and returns the exit code, which is 0 if everything was as it should be. */
  public static int run(TestbedSettings settings, int podsPerNode, ShutdownGuard stop) {
    var progress = new Progress(System.out);
    String verdict;
    try {
      progress.say(
          "making a VPC with %d nodes of type %s"
              .formatted(settings.nodes(), settings.instanceType()));
      try (var testbed = new Testbed(settings, stop.guard(new Teardown()))) {
        var demo = new Demo(testbed, podsPerNode, progress);
        demo.play();
        verdict = demo.verdict();
      }
    } catch (IOException | RuntimeException failed) {
      verdict = "demo: FAIL " + (stop.stopping() ? "interrupted" : failed.getMessage());
    }
    System.out.println(verdict);
    return verdict.startsWith("demo: PASS") ? 0 : 1;
  }

  private void play() throws IOException {
    progress.say("starting net-programmer and ipamd on each node");
    testbed.startAgents();
    var leftovers = new ArrayList<LeakCheck>();
    for (var node : testbed.nodes()) {
      leftovers.add(LeakCheck.since(node));
    }
    progress.say(
        "the nodes are ready; adding %d pods".formatted(testbed.nodes().size() * podsPerNode));
    var pods = addPods();
    try (var introspection = new Introspection()) {
      show(introspection);
      check(pods, eniOwners(introspection));
    }
    remove(pods, leftovers);
  }

  private List<Pod> addPods() throws IOException {
    var wanted = new ArrayList<Map.Entry<Node, String>>();
    IntStream.rangeClosed(1, podsPerNode)
        .forEach(
            i ->
                testbed
                    .nodes()
                    .forEach(node -> wanted.add(Map.entry(node, node.name() + "-pod-" + i))));
    return Parallel.map(
        wanted,
        each ->
            () -> {
              var pod = testbed.pods().add(each.getKey(), each.getValue());
              progress.say("%-16s %s".formatted(pod.name(), pod.ip()));
              return pod;
            });
  }

  private void show(Introspection introspection) throws IOException {
    progress.show(
        "%n  %-8s %-22s %-19s %5s %5s %5s %8s%n"
            .formatted("node", "ENI", "MAC", "used", "free", "cool", "table"));
    for (var node : testbed.nodes()) {
      for (var eni : introspection.enis(node)) {
        progress.show(
            "  %-8s %-22s %-19s %5d %5d %5d %8d%n"
                .formatted(
                    node.name(),
                    eni.getEniId(),
                    eni.getMac(),
                    eni.getAssigned(),
                    eni.getFree(),
                    eni.getCooling(),
                    eni.getRouteTable()));
      }
    }
    for (var node : testbed.nodes()) {
      compare(node, introspection);
    }
  }

  /** Shows what the agent says about its pool, in both ways that it can be asked. */
  private void compare(Node node, Introspection introspection) throws IOException {
    var grpc = introspection.pool(node).getCardsList();
    int assigned = grpc.stream().mapToInt(CardPool::getAssigned).sum();
    int total = grpc.stream().mapToInt(CardPool::getTotal).sum();
    progress.show(
        "  %s: gRPC GetPool: %d of %d addresses are used%n"
            .formatted(node.name(), assigned, total));
    if (assigned != podsPerNode) {
      faults.add(node.name() + ": gRPC introspection does not count " + podsPerNode + " pods");
    }
    try {
      var http = introspection.http(node, "/v1/enis").getJsonObject("0");
      int used = http.getInteger("AssignedIPs");
      progress.show(
          "  %s: HTTP /v1/enis: %d of %d addresses are used%n"
              .formatted(node.name(), used, http.getInteger("TotalIPs")));
      if (used != podsPerNode) {
        faults.add(node.name() + ": HTTP introspection does not count " + podsPerNode + " pods");
      }
    } catch (IOException noAnswer) {
      faults.add(node.name() + ": HTTP introspection: " + noAnswer.getMessage());
    }
  }

  private Map<Cidr, String> eniOwners(Introspection introspection) throws IOException {
    var owners = new TreeMap<Cidr, String>();
    for (var node : testbed.nodes()) {
      for (var eni : introspection.enis(node)) {
        eni.getCidrsList().forEach(cidr -> owners.put(Cidr.parse(cidr), eni.getEniId()));
      }
    }
    return owners;
  }

  private static String owner(Map<Cidr, String> owners, Ip ip) {
    return owners.entrySet().stream()
        .filter(entry -> entry.getKey().contains(ip))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("nobody");
  }

  private void check(List<Pod> pods, Map<Cidr, String> owners) throws IOException {
    progress.say("pinging between pods and nodes");
    pings.run(new PingMatrix(testbed.nodes(), pods, pod -> owner(owners, pod.ip())).pings());
    progress.show(pings.table());
    pings.lost().stream().limit(5).forEach(ping -> progress.show("  lost: " + ping));
    if (pings.answered() != pings.sent()) {
      faults.add("%d pings were lost".formatted(pings.sent() - pings.answered()));
    }
    progress.say("asking a host on the internet which address it sees");
    var seen =
        Parallel.map(
            pods, pod -> () -> SourceEcho.ask(pod.netnsPath(), VpcNetwork.INTERNET, WEB_PATIENCE));
    for (int i = 0; i < pods.size(); i++) {
      var expected = pods.get(i).node().facts().publicIp();
      if (!seen.get(i).equals(expected)) {
        faults.add(
            "the internet saw %s of %s, not %s"
                .formatted(seen.get(i), pods.get(i).name(), expected));
      }
    }
    for (var node : testbed.nodes()) {
      progress.show(
          "  pods of %s appear as %s%n"
              .formatted(
                  node.name(),
                  IntStream.range(0, pods.size())
                      .filter(i -> pods.get(i).node().equals(node))
                      .mapToObj(seen::get)
                      .distinct()
                      .toList()));
    }
  }

  private int leaks;

  private void remove(List<Pod> pods, List<LeakCheck> leftovers) throws IOException {
    progress.say("deleting %d pods".formatted(pods.size()));
    Parallel.map(
        pods,
        pod ->
            () -> {
              testbed.pods().remove(pod);
              return pod;
            });
    progress.say("looking for anything that the pods left behind");
    var found = new ArrayList<String>();
    for (var each : leftovers) {
      found.addAll(each.foundAfter(PATIENCE));
    }
    found.addAll(testbed.pods().namespaces());
    leaks = found.size();
    found.stream().limit(20).forEach(leak -> progress.show("  left: " + leak));
    if (leaks > 0) {
      faults.add(leaks + " things left behind");
    }
  }

  private String verdict() {
    if (!faults.isEmpty()) {
      return "demo: FAIL " + String.join("; ", faults);
    }
    return "demo: PASS nodes=%d pods=%d pings=%d/%d snat=ok leaks=%d seconds=%.0f"
        .formatted(
            testbed.nodes().size(),
            testbed.nodes().size() * podsPerNode,
            pings.answered(),
            pings.sent(),
            leaks,
            progress.seconds());
  }
}
