package io.vpccni.ipamd.http;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.HostConfig.SnatRandomness;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows the settings as the reference does, and all of ours with what is wrong with them. */
final class SettingsJson {
  private SettingsJson() {}

  static Map<String, @Nullable Object> ofNetwork(AgentConfig config) {
    var host = config.host();
    var json = new TreeMap<String, @Nullable Object>();
    json.put("AWS_EXTERNAL_SERVICE_CIDRS", cidrs(host.externalServiceCidrs()));
    json.put("AWS_VPC_CNI_NODE_PORT_SUPPORT", host.nodePort());
    json.put("AWS_VPC_ENI_MTU", host.eniMtu());
    json.put("AWS_VPC_K8S_CNI_CONNMARK", Integer.toUnsignedLong(host.connmark()));
    json.put("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", cidrs(host.snat().excluded()));
    json.put("AWS_VPC_K8S_CNI_EXTERNALSNAT", host.snat().external());
    json.put("AWS_VPC_K8S_CNI_RANDOMIZESNAT", number(host.snat().randomness()));
    json.put("AWS_VPC_K8S_CNI_VETHPREFIX", host.podLinks().vethPrefix());
    return json;
  }

  static Map<String, Object> ofPool(AgentConfig config) {
    var json = new TreeMap<String, Object>();
    json.put("AWS_MANAGE_ENIS_NON_SCHEDULABLE", config.pool().ec2().manageNonSchedulable());
    json.put("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", config.features().customNetworking());
    json.put("ENABLE_SUBNET_DISCOVERY", config.features().subnetDiscovery());
    json.put("WARM_ENI_TARGET", config.pool().targets().warmEni());
    json.put("WARM_IP_TARGET", config.pool().targets().warmIp());
    return json;
  }

  /**
   * Returns what is in force, and each value that could not be used; the reference has no such
   * page.
   */
  static Map<String, Object> all(AgentConfig.Parsed parsed) {
    var problems =
        parsed.problems().stream()
            .map(
                problem ->
                    new TreeMap<>(
                        Map.of(
                            "name",
                            problem.name(),
                            "value",
                            problem.value(),
                            "message",
                            problem.message())))
            .toList();
    var json = new TreeMap<String, Object>();
    json.put("settings", new TreeMap<>(parsed.effective()));
    json.put("problems", problems);
    return json;
  }

  /** Returns the reference's own number of the mode. */
  private static int number(SnatRandomness randomness) {
    return switch (randomness) {
      case NONE -> 0;
      case HASH -> 1;
      case PRNG -> 2;
    };
  }

  private static @Nullable List<String> cidrs(List<Cidr> cidrs) {
    return cidrs.isEmpty() ? null : cidrs.stream().map(Cidr::toString).toList();
  }
}
