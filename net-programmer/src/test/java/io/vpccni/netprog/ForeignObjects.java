package io.vpccni.netprog;

import io.vpccni.netprog.request.SampleRequests;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/** Objects of a node that belong to others: links, rules, routes, netfilter rules and files. */
record ForeignObjects(NetProgrammer node, Path folder) {
  private static final List<String> MADE_BY =
      List.of(
          "ip link add other0 type veth peer name other1",
          "ip addr add 10.77.0.1/24 dev other0",
          "ip link set other0 up",
          "ip link set other1 up",
          "ip rule add prio 100 from 10.77.0.9 lookup 77",
          "ip rule add prio 600 to 10.77.0.9 lookup 77",
          "ip route add 10.78.0.0/16 via 10.77.0.2 dev other0",
          "ip route add default via 10.77.0.2 dev other0 table 77",
          "ip neigh add 10.77.0.2 lladdr 02:00:00:00:00:77 dev other0 nud permanent",
          "iptables -t nat -A POSTROUTING -s 10.77.0.0/24 -j MASQUERADE",
          "iptables -t mangle -A PREROUTING -s 10.77.0.0/24 -j MARK --set-mark 0x4000",
          "iptables -A FORWARD -d 10.77.0.0/24 -j DROP",
          "ip6tables -A FORWARD -d 2001:db8:77::/64 -j DROP",
          "nft add table inet other",
          "nft add chain inet other forward { type filter hook forward priority 0; }",
          "nft add rule inet other forward ip daddr 10.77.0.5 drop");

  static ForeignObjects of(NetProgrammer node, Path folder) throws Exception {
    for (var words : MADE_BY) {
      node.inItsNamespace(words);
    }
    Wait.until(
        "carrier", () -> node.inItsNamespace("ip link show dev other0").contains("state UP"));
    Files.writeString(folder.resolve("99-other.conflist"), "{\"name\": \"other\"}");
    Files.createDirectories(folder.resolve("other")).resolve("file").toFile().createNewFile();
    return new ForeignObjects(node, folder);
  }

  /** Returns these objects by the command that shows them. The rest of the node may change. */
  TreeMap<String, String> state() throws Exception {
    var state = new TreeMap<String, String>();
    for (var words :
        List.of(
            "ip -4 addr show dev other0",
            "ip link show dev other0",
            "ip link show dev other1",
            "ip rule show prio 100",
            "ip rule show prio 600",
            "ip route show table 77",
            "ip route show 10.78.0.0/16",
            "ip neigh show dev other0 nud permanent",
            "nft list table inet other")) {
      state.put(words, node.inItsNamespace(words));
    }
    for (var words : List.of("iptables-save", "ip6tables-save")) {
      var lines =
          node.inItsNamespace(words)
              .lines()
              .filter(line -> line.contains(":77:") || line.contains("10.77."))
              .toList();
      state.put(words, String.join("\n", lines));
    }
    for (var name : List.of("99-other.conflist", "other/file")) {
      var file = folder.resolve(name);
      state.put(
          name, Files.readString(file) + Files.getLastModifiedTime(file) + Files.getOwner(file));
    }
    state.put("folder other", String.join(" ", names(folder.resolve("other"))));
    return state;
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  /** Returns well-formed requests that aim at these objects; none may be carried out. */
  List<Envelope> attacks() {
    var pod = SampleRequests.pod();
    return List.of(
        // Its links are no pods' links.
        detach(withVeth(pod, "other0")),
        SampleRequests.attach(withVeth(pod, "other0")),
        Envelope.newBuilder()
            .setId(1)
            .setSync(Sync.newBuilder().setHost(SampleRequests.host()).addDeletions("other0"))
            .build(),
        // Namespaces that are no pods', by each way to write them.
        SampleRequests.attach(pod.toBuilder().setNetns("/proc/1/ns/net").build()),
        SampleRequests.attach(pod.toBuilder().setNetns("/proc/self/ns/net").build()),
        SampleRequests.attach(
            pod.toBuilder().setNetns("/var/run/netns/../../proc/1/ns/net").build()),
        SampleRequests.attach(
            pod.toBuilder().setNetns(folder.resolve("other/file").toString()).build()),
        // Names that lead to other files below /proc/sys.
        SampleRequests.attach(pod.toBuilder().setIfName("../other").build()),
        SampleRequests.applyHost(SampleRequests.host().toBuilder().setVethPrefix("../").build()));
  }

  private static Pod withVeth(Pod pod, String veth) {
    var changed = pod.toBuilder();
    changed.getInterfacesBuilder(0).setHostVeth(veth);
    return changed.build();
  }

  private static Envelope detach(Pod pod) {
    return Envelope.newBuilder().setId(1).setDetachPod(DetachPod.newBuilder().setPod(pod)).build();
  }
}
