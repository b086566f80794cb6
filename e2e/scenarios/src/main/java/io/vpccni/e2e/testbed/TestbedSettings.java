package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds the settings of a testbed.
 *
 * @param nodes the number of nodes, 1 to 200
 * @param agentEnvironment settings for both daemons of each node, over what the chart sets
 * @param logs the folder for logs, made if it is missing
 * @param primaryIps the primary addresses of the first nodes; EC2 chooses those of the others
 */
public record TestbedSettings(
    int nodes,
    String instanceType,
    Map<String, String> agentEnvironment,
    Path logs,
    List<Ip> primaryIps) {
  public TestbedSettings {
    agentEnvironment = Map.copyOf(agentEnvironment);
    primaryIps = List.copyOf(primaryIps);
    if (nodes < 1 || nodes > 200) {
      throw new IllegalArgumentException("the number of nodes must be 1 to 200, not " + nodes);
    }
  }

  /** Returns the settings of tests, where STATUS succeeds only when a pod can be added. */
  public static TestbedSettings of(int nodes, String instanceType, Path logs) {
    return new TestbedSettings(
        nodes, instanceType, Map.of("CNI_STATUS_MODE", "strict"), logs, List.of());
  }

  /** Returns whether the VPC has IPv6 too, because pods live in it or reach it. */
  boolean ipv6() {
    return "true".equals(agentEnvironment.get("ENABLE_IPv6"))
        || "true".equals(agentEnvironment.get("ENABLE_V6_EGRESS"));
  }

  public TestbedSettings withLogs(Path folder) {
    return new TestbedSettings(nodes, instanceType, agentEnvironment, folder, primaryIps);
  }

  public TestbedSettings with(String name, String value) {
    var all = new TreeMap<>(agentEnvironment);
    all.put(name, value);
    return new TestbedSettings(nodes, instanceType, all, logs, primaryIps);
  }

  public TestbedSettings withPrimaryIps(Ip... ips) {
    return new TestbedSettings(nodes, instanceType, agentEnvironment, logs, List.of(ips));
  }
}
