package io.vpccni.e2e.traffic;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules that kube-proxy makes in iptables mode for a Service of type NodePort with one
 * endpoint, with one port for each external traffic policy.
 */
record NodePortRules(Node node, Ip endpoint) {
  /** With {@code externalTrafficPolicy: Local} the client's address stays. */
  static final int LOCAL = 30080;

  /** With {@code externalTrafficPolicy: Cluster} the client is hidden behind the node. */
  static final int CLUSTER = 30081;

  private static final String ENDPOINT = "KUBE-SEP-TRAFFICTEST";
  private static final String EXTERNAL = "KUBE-EXT-TRAFFICTEST";
  private static final List<String> CHAINS =
      List.of("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-MARK-MASQ", ENDPOINT, EXTERNAL);
  private static final String PORTALS =
      "PREROUTING -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES";

  interface Open extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  Open open() throws IOException {
    var lines = new ArrayList<String>();
    lines.add("*nat");
    CHAINS.forEach(chain -> lines.add(":" + chain + " - [0:0]"));
    lines.add("-A " + PORTALS);
    lines.add("-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS");
    lines.add("-A KUBE-NODEPORTS -p tcp -m tcp --dport " + LOCAL + " -j " + ENDPOINT);
    lines.add("-A KUBE-NODEPORTS -p tcp -m tcp --dport " + CLUSTER + " -j " + EXTERNAL);
    lines.add("-A " + EXTERNAL + " -j KUBE-MARK-MASQ");
    lines.add("-A " + EXTERNAL + " -j " + ENDPOINT);
    lines.add("-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000");
    lines.add("-A " + ENDPOINT + " -p tcp -m tcp -j DNAT --to-destination " + endpoint + ":80");
    lines.add("COMMIT");
    restore(lines);
    return this::closeAll;
  }

  private void closeAll() throws IOException {
    var lines = new ArrayList<String>();
    lines.add("*nat");
    lines.add("-D " + PORTALS);
    CHAINS.forEach(chain -> lines.add("-F " + chain));
    CHAINS.forEach(chain -> lines.add("-X " + chain));
    lines.add("COMMIT");
    restore(lines);
  }

  private void restore(List<String> lines) throws IOException {
    node.feed(lines, "iptables-restore", "--noflush", "-w");
  }
}
