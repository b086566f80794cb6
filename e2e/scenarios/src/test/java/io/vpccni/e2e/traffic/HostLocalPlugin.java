package io.vpccni.e2e.traffic;

import io.vpccni.e2e.testbed.CniRuntime;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.NodeNamespaces;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The host-local plugin allocates the node-local addresses of IPv6 nodes. It is called as the
 * reference's plugin calls it.
 */
record HostLocalPlugin(Node node) {
  private static final String PROGRAM = "host-local";
  private static final String DATA = "/run/cni/v6pd/egress-v4-ipam";
  private static final String CONFIG =
      """
      {"cniVersion": "1.0.0", "name": "aws-cni", "type": "egress-cni",
       "ipam": {"type": "host-local", "dataDir": "%s",
                "ranges": [[{"subnet": "169.254.172.0/22"}]], "routes": [{"dst": "0.0.0.0/0"}]}}
      """
          .formatted(DATA);

  boolean isThere() {
    return Files.isExecutable(node.namespaces().file(NodeNamespaces.CNI_BIN + "/" + PROGRAM));
  }

  Ip add(String container) throws IOException {
    var network = PodNetwork.of(container, container, "/run/netns/none");
    var answer = node.runtime().exec(PROGRAM, CniRuntime.environment(network, "ADD"), CONFIG);
    var address = answer.json().getJsonArray("ips").getJsonObject(0).getString("address");
    return Ip.parse(address.substring(0, address.indexOf('/')));
  }

  void del(String container) throws IOException {
    var network = PodNetwork.of(container, container, "/run/netns/none");
    var answer = node.runtime().exec(PROGRAM, CniRuntime.environment(network, "DEL"), CONFIG);
    if (!answer.succeeded()) throw new IOException(answer.toString());
  }

  /** Makes the first free address after this one the plugin's next choice. */
  void goOnAfter(Ip address) throws IOException {
    Files.writeString(
        node.namespaces().file(DATA + "/aws-cni/last_reserved_ip.0"), address.toString());
  }

  Path file(Ip address) {
    return node.namespaces().file(DATA + "/aws-cni/" + address);
  }

  String owner(Ip address) throws IOException {
    return Files.readString(file(address));
  }
}
