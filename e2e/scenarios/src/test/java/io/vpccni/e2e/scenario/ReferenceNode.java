package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.AddressRequest;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.EniCall.AssignPrivateIpAddresses;
import io.vpccni.sim.ec2.EniCall.AttachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.EniCall.EniChange.DeleteOnTermination;
import io.vpccni.sim.ec2.EniCall.ModifyNetworkInterfaceAttribute;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A node as the reference's agent and plugin left it: ENIs, addresses, links, rules, routes, packet
 * filter, checkpoint and wired pods, rebuilt from a recording of amazon-vpc-cni-k8s v1.23.1.
 */
final class ReferenceNode {
  static final String TYPE = "m5.xlarge";

  /** The node's primary address in both recordings. */
  static final Ip PRIMARY = Ip.parse("10.0.17.238");

  private static final Cidr SUBNET = Cidr.parse("10.0.16.0/20");
  private static final String GATEWAY = "169.254.1.1";
  private static final String CHECKPOINT = "/run/aws-node/ipam.json";

  private final Testbed testbed;
  private final Node node;
  private final ReferenceRecording recording;
  private final List<Pod> pods = new ArrayList<>();

  private ReferenceNode(Testbed testbed, ReferenceRecording recording) {
    this.testbed = testbed;
    this.node = testbed.nodes().getFirst();
    this.recording = recording;
  }

  /** Rebuilds the recording on the testbed's first node, on which nothing has run yet. */
  static ReferenceNode rebuild(Testbed testbed, ReferenceRecording recording) throws IOException {
    var made = new ReferenceNode(testbed, recording);
    made.attachEnis();
    made.wirePods();
    made.writeHost();
    made.writeCheckpoint();
    return made;
  }

  Node node() {
    return node;
  }

  /** Returns the pods in the order in which the reference made them. */
  List<Pod> pods() {
    return List.copyOf(pods);
  }

  private void attachEnis() throws IOException {
    var state = testbed.cloud().state();
    var primary = state.enisOf(node.facts().instanceId()).findFirst().orElseThrow();
    var commands = new ArrayList<String>();
    for (var eni : recording.enis()) {
      var device = eni.getInteger("deviceIndex");
      var id = device == 0 ? primary.id() : create(primary.subnetId(), eni);
      assign(id, addresses(eni));
      if (device == 0) continue;
      var attached =
          perform(
              new AttachNetworkInterface(id, node.facts().instanceId(), device, 0),
              Ec2Answer.EniAttachment.class);
      var deleted = new DeleteOnTermination(attached.attachmentId(), true);
      perform(new ModifyNetworkInterfaceAttribute(id, deleted), Ec2Answer.Done.class);
      commands.add("link set eth" + device + " mtu 9001 up");
      var primaryIp = eni.getString("primary") + "/" + SUBNET.prefix();
      commands.add("address add " + primaryIp + " brd + dev eth" + device);
      // The kernel makes one with the address; the reference removes it.
      commands.add("route del " + SUBNET + " dev eth" + device);
    }
    Wait.until(
        "the ENIs are plugged in",
        Checks.PATIENCE,
        () -> Stream.of(1, 2, 3).allMatch(device -> linked("eth" + device)));
    node.feed(commands, "ip", "-batch", "-");
  }

  private boolean linked(String name) {
    try {
      node.run("ip", "link", "show", name);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private String create(String subnetId, JsonObject eni) {
    var tags = new TreeMap<String, String>();
    tags.put("node.k8s.amazonaws.com/createdAt", eni.getString("createdAt"));
    tags.put("node.k8s.amazonaws.com/instance_id", node.facts().instanceId());
    var request =
        new CreateNetworkInterface(
            subnetId,
            "aws-K8S-" + node.facts().instanceId(),
            List.of(),
            Optional.of(Ip.parse(eni.getString("primary"))),
            AddressRequest.NONE,
            AddressRequest.NONE,
            "interface",
            tags,
            Optional.empty(),
            Optional.empty());
    return perform(request, Ec2Answer.EniCreated.class).eni().eni().id();
  }

  private static List<Cidr> addresses(JsonObject eni) {
    return eni.getJsonArray("addresses").stream().map(each -> Cidr.parse((String) each)).toList();
  }

  private void assign(String eniId, List<Cidr> addresses) {
    if (addresses.isEmpty()) return;
    var ips = addresses.stream().filter(Cidr::single).map(Cidr::network).toList();
    var prefixes = addresses.stream().filter(each -> !each.single()).toList();
    perform(
        new AssignPrivateIpAddresses(eniId, new AddressRequest(0, 0, ips, prefixes), false),
        Ec2Answer.Ipv4Assigned.class);
  }

  private <T extends Ec2Answer> T perform(Ec2Call call, Class<T> answer) {
    return answer.cast(testbed.cloud().perform(call, Instant.now()));
  }

  private void wirePods() throws IOException {
    var links = recording.hostVeths();
    var sysctl = new ArrayList<>(List.of("sysctl", "-qew"));
    for (var allocation : recording.allocations()) {
      var ip = allocation.getString("ipv4");
      var link = links.get(ip);
      wire(allocation, link);
      sysctl.add("net.ipv6.conf." + link + ".accept_ra=0");
    }
    node.run(sysctl.toArray(String[]::new));
  }

  private void wire(JsonObject allocation, String link) throws IOException {
    var metadata = allocation.getJsonObject("metadata");
    var ip = Ip.parse(allocation.getString("ipv4"));
    var path = testbed.pods().sandbox(metadata.getString("k8sPodName")).netns();
    var network =
        new PodNetwork(
            allocation.getString("containerID"),
            path,
            allocation.getString("ifName"),
            metadata.getString("k8sPodNamespace"),
            metadata.getString("k8sPodName"),
            Map.of());
    var netns = Path.of(path).getFileName().toString();
    var mac = "02:" + HexFormat.ofDelimiter(":").formatHex(ip.bytes()) + ":01";
    node.feed(
        List.of(
            "link add %s address %s mtu 9001 type veth peer name eth0 netns %s"
                .formatted(link, mac, netns),
            "link set " + link + " up"),
        "ip",
        "-batch",
        "-");
    Tool.run(
        List.of(
            "link set eth0 mtu 9001 up",
            "route replace " + GATEWAY + "/32 dev eth0 scope link",
            "route add default via " + GATEWAY + " dev eth0",
            "address add " + ip + "/32 dev eth0",
            "neigh add " + GATEWAY + " lladdr " + mac + " nud permanent dev eth0"),
        "ip",
        "-n",
        netns,
        "-batch",
        "-");
    pods.add(new Pod(node, network, netns, ip));
  }

  private void writeHost() throws IOException {
    // Routes over a gateway come after those that lead to it.
    var commands = new ArrayList<String>();
    for (boolean gateway : new boolean[] {false, true}) {
      recording.lines("ip-route.txt").stream()
          .filter(route -> !route.contains("dev eth0") && route.contains(" via ") == gateway)
          .forEach(route -> commands.add("route replace " + route));
    }
    recording.lines("ip-rule.txt").stream()
        .map(rule -> rule.split(":\\s+", 2))
        .filter(rule -> Integer.parseInt(rule[0]) != 0 && Integer.parseInt(rule[0]) < 32766)
        .forEach(rule -> commands.add("rule add pref " + rule[0] + " " + rule[1]));
    node.feed(commands, "ip", "-batch", "-");
    node.feed(recording.lines("iptables-save.txt"), "iptables-restore", "-w");
    node.feed(recording.lines("aws-cni.nft"), "nft", "-f", "-");
  }

  private void writeCheckpoint() throws IOException {
    var file = node.namespaces().file(CHECKPOINT);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, recording.text("ipam.json"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** Leaves in the checkpoint only what the reference keeps when it writes the file. */
  void dropAgentMember() throws IOException {
    var file = node.namespaces().file(CHECKPOINT);
    var checkpoint = new JsonObject(Files.readString(file));
    assertThat(checkpoint.remove("agent")).isNotNull();
    Files.writeString(file, checkpoint.encode() + "\n");
  }

  /**
   * Returns what the reference finds when it starts on this node: rules, routes, the packet filter,
   * and the allocations of the checkpoint.
   */
  List<String> state() throws IOException {
    var state = new ArrayList<String>();
    state.addAll(sorted("rule ", node.run("ip", "rule")));
    state.addAll(sorted("route ", node.run("ip", "-4", "route", "show", "table", "all")));
    state.addAll(node.run("iptables-save").lines().filter(line -> line.startsWith("-A")).toList());
    new JsonObject(Files.readString(node.namespaces().file(CHECKPOINT)))
        .getJsonArray("allocations").stream()
            .map(each -> ((JsonObject) each).encode())
            .sorted()
            .forEach(state::add);
    return state;
  }

  private static List<String> sorted(String word, String lines) {
    return lines
        .lines()
        .filter(line -> !line.contains("table local"))
        .map(line -> word + line.strip().replaceAll("\\s+", " "))
        .sorted()
        .toList();
  }

  /** Returns the recorded rules and routes in the form of {@link #state}. */
  List<String> recordedRulesAndRoutes() {
    var all = new ArrayList<>(sorted("rule ", recording.text("ip-rule.txt")));
    all.addAll(sorted("route ", recording.text("ip-route.txt")));
    return all;
  }
}
