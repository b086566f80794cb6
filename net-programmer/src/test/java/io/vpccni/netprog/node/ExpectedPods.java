package io.vpccni.netprog.node;

import io.vpccni.rpc.wire.netprog.Egress;
import io.vpccni.rpc.wire.netprog.Host;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodInterface;
import io.vpccni.rpc.wire.netprog.SecondaryEni;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a test notes independently, as the agent does: which pods should exist, and what {@code ip}
 * must then show of the node. Most pods have one interface, every tenth has two, and another tenth
 * has egress of the other family.
 */
final class ExpectedPods {
  static final int PODS = 200;
  static final String MAC0 = "02:00:00:63:53:4c";
  static final String MAC1 = "02:00:00:03:46:85";
  static final String MAC2 = "02:00:00:71:f9:f8";

  private final List<String> namespaces;

  /** Tells by pod whether it should exist. Only what was answered is certain. */
  private final Map<Integer, Boolean> entries = new TreeMap<>();

  /**
   * Expects no pods yet.
   *
   * @param namespaces one for each pod
   */
  ExpectedPods(List<String> namespaces) {
    this.namespaces = List.copyOf(namespaces);
  }

  String namespace(int pod) {
    return namespaces.get(pod);
  }

  void write(int pod, boolean there) {
    entries.put(pod, there);
  }

  boolean has(int pod) {
    return entries.getOrDefault(pod, false);
  }

  /** Returns the pods that should exist. */
  Stream<Integer> pods() {
    return entries.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey);
  }

  Set<Map<String, Object>> rules() {
    var rules = new HashSet<Map<String, Object>>();
    rules.add(Map.of("priority", 0, "src", "all", "table", "local"));
    rules.add(
        Map.of(
            "priority", 1024, "src", "all", "fwmark", "0x80", "fwmask", "0x80", "table", "main"));
    rules.add(Map.of("priority", 32765, "src", "10.0.23.206", "table", "2"));
    rules.add(Map.of("priority", 32765, "src", "10.0.64.5", "table", "10101"));
    rules.add(Map.of("priority", 32766, "src", "all", "table", "main"));
    rules.add(Map.of("priority", 32767, "src", "all", "table", "default"));
    pods()
        .forEach(
            pod -> {
              rules.add(Map.of("priority", 512, "src", "all", "dst", ip(pod), "table", "main"));
              if (table(pod) != 254) {
                rules.add(Map.of("priority", 1536, "src", ip(pod), "table", "" + table(pod)));
              }
              if (hasTwoInterfaces(pod)) {
                rules.add(
                    Map.of("priority", 512, "src", "all", "dst", secondIp(pod), "table", "main"));
                rules.add(Map.of("priority", 1536, "src", secondIp(pod), "table", "10101"));
              }
            });
    return rules;
  }

  Set<Map<String, Object>> routes() {
    var none = List.of();
    var routes = new HashSet<Map<String, Object>>();
    routes.add(
        Map.of(
            "dst", "10.0.0.0/18",
            "dev", "eth0",
            "protocol", "kernel",
            "scope", "link",
            "prefsrc", "10.0.0.4",
            "flags", none));
    routes.add(
        Map.of(
            "dst", "default", "gateway", "10.0.0.1", "dev", "eth1", "table", "2", "flags", none));
    routes.add(
        Map.of("dst", "10.0.0.1", "dev", "eth1", "table", "2", "scope", "link", "flags", none));
    routes.add(
        Map.of(
            "dst", "default",
            "gateway", "10.0.64.1",
            "dev", "eth2",
            "table", "10101",
            "flags", none));
    routes.add(
        Map.of(
            "dst", "10.0.64.1", "dev", "eth2", "table", "10101", "scope", "link", "flags", none));
    pods()
        .forEach(
            pod -> {
              routes.add(Map.of("dst", ip(pod), "dev", veth(pod), "scope", "link", "flags", none));
              if (hasTwoInterfaces(pod)) {
                routes.add(
                    Map.of(
                        "dst",
                        secondIp(pod),
                        "dev",
                        secondVeth(pod),
                        "scope",
                        "link",
                        "flags",
                        none));
              }
            });
    return routes;
  }

  /** Returns the MTU and state of each link by name. */
  Map<String, String> links() {
    var links = new TreeMap<String, String>();
    for (var eni : List.of("eth0", "eth1", "eth2")) {
      links.put(eni, "9001 UP");
      links.put("c-" + eni, "1500 UP");
    }
    links.put("lo", "65536 UNKNOWN");
    pods().flatMap(ExpectedPods::veths).forEach(veth -> links.put(veth, "9001 UP"));
    return links;
  }

  /** Returns the routes to node-local addresses, in the form "to dev link". */
  Stream<String> egressRoutes() {
    return pods()
        .filter(ExpectedPods::hasEgress)
        .map(pod -> egressIp(pod) + " dev " + egressVeth(pod));
  }

  static String ip(int pod) {
    return "10.0.1." + pod;
  }

  static String veth(int pod) {
    return "eni%011x".formatted(pod);
  }

  /** One pod in ten has two. */
  static boolean hasTwoInterfaces(int pod) {
    return pod % 10 == 3;
  }

  static String secondIp(int pod) {
    return "10.0.65." + pod;
  }

  static String secondVeth(int pod) {
    return "eni1%010x".formatted(pod);
  }

  /** One pod in ten has it. */
  static boolean hasEgress(int pod) {
    return pod % 10 == 7;
  }

  static String egressIp(int pod) {
    return "fd00::ac:%x".formatted(0x100 + pod);
  }

  static String egressVeth(int pod) {
    return "veth%08x".formatted(pod);
  }

  static Stream<String> veths(int pod) {
    return Stream.of(
            Stream.of(veth(pod)),
            hasTwoInterfaces(pod) ? Stream.of(secondVeth(pod)) : Stream.<String>empty(),
            hasEgress(pod) ? Stream.of(egressVeth(pod)) : Stream.<String>empty())
        .flatMap(names -> names);
  }

  static int table(int pod) {
    return pod % 2 == 0 ? 254 : 2;
  }

  /**
   * @param inside with the pod's own namespace; the agent knows only the host's part of it later
   */
  Pod wire(int pod, boolean inside) {
    var builder =
        Pod.newBuilder()
            .setContainerId("container-" + pod)
            .setIfName("eth0")
            .setPodNamespace("default")
            .setPodName("pod-" + pod)
            .setMtu(9001)
            .addInterfaces(
                PodInterface.newBuilder()
                    .setIfName("eth0")
                    .setHostVeth(veth(pod))
                    .setIp(ip(pod))
                    .setRouteTable(table(pod)));
    if (hasTwoInterfaces(pod)) {
      builder.addInterfaces(
          PodInterface.newBuilder()
              .setIfName("mNicIf1")
              .setHostVeth(secondVeth(pod))
              .setIp(secondIp(pod))
              .setRouteTable(10101));
    }
    if (hasEgress(pod)) {
      builder.setEgress(Egress.newBuilder().setIp(egressIp(pod)).setHostVeth(egressVeth(pod)));
    }
    return (inside ? builder.setNetns("/run/netns/" + namespaces.get(pod)) : builder).build();
  }

  static Host host() {
    return Host.newBuilder()
        .setIpv4(true)
        .setPrimaryMac(MAC0)
        .setPrimaryIpv4("10.0.0.4")
        .addVpcIpv4Cidrs("10.0.0.0/16")
        .setNodePort(true)
        .setConnmark(0x80)
        .setEniMtu(9001)
        .setVethPrefix("eni")
        .setPrimaryIpv6("2001:db8::4")
        .setIpv6Egress(true)
        .addEnis(
            SecondaryEni.newBuilder()
                .setEniId("eni-1")
                .setMac(MAC1)
                .setPrimaryIp("10.0.23.206")
                .setSubnetCidr("10.0.0.0/18")
                .setDeviceNumber(1)
                .setRouteTable(2))
        .addEnis(
            SecondaryEni.newBuilder()
                .setEniId("eni-2")
                .setMac(MAC2)
                .setPrimaryIp("10.0.64.5")
                .setSubnetCidr("10.0.64.0/18")
                .setNetworkCard(1)
                .setDeviceNumber(1)
                .setRouteTable(10101))
        .build();
  }
}
