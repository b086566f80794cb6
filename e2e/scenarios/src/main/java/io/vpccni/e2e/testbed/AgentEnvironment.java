package io.vpccni.e2e.testbed;

import io.vpccni.sim.network.VpcNetwork;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment of the agent's containers is what the chart sets, and what a node without a
 * kubelet has to add.
 */
final class AgentEnvironment {
  /** Holds the service account's token, as in a pod; {@code /var/run} leads to {@code /run}. */
  static final String TOKEN = "/run/secrets/kubernetes.io/serviceaccount/token";

  /** The services at {@link VpcNetwork#ENDPOINTS} have these ports. */
  static final int EC2 = 8001;

  static final int STS = 8002;
  static final int KUBERNETES = 8003;
  static final int CLOUDWATCH = 8004;

  private AgentEnvironment() {}

  static Map<String, String> of(NodeFacts node, String region, Map<String, String> more) {
    var all = new TreeMap<String, String>();
    all.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    all.put("HOME", "/");
    all.put("JAVA_HOME", NodeNamespaces.DISTRIBUTIONS + "/jdk");
    // The chart's defaults; NETWORK_POLICY_ENFORCING_MODE only where its agent runs.
    all.put("ADDITIONAL_ENI_TAGS", "{}");
    all.put("AWS_VPC_CNI_NODE_PORT_SUPPORT", "true");
    all.put("AWS_VPC_ENI_MTU", "9001");
    all.put("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "false");
    all.put("AWS_VPC_K8S_CNI_EXTERNALSNAT", "false");
    all.put("AWS_VPC_K8S_CNI_LOGLEVEL", "DEBUG");
    all.put("AWS_VPC_K8S_CNI_LOG_FILE", "/var/log/aws-routed-eni/ipamd.log");
    all.put("AWS_VPC_K8S_CNI_RANDOMIZESNAT", "prng");
    all.put("AWS_VPC_K8S_CNI_VETHPREFIX", "eni");
    all.put("AWS_VPC_K8S_PLUGIN_LOG_FILE", "/var/log/aws-routed-eni/plugin.log");
    all.put("AWS_VPC_K8S_PLUGIN_LOG_LEVEL", "DEBUG");
    all.put("DISABLE_INTROSPECTION", "false");
    all.put("DISABLE_METRICS", "false");
    all.put("DISABLE_NETWORK_RESOURCE_PROVISIONING", "false");
    all.put("ENABLE_IMDS_ONLY_MODE", "false");
    all.put("ENABLE_IPv4", "true");
    all.put("ENABLE_IPv6", "false");
    all.put("ENABLE_MULTI_NIC", "false");
    all.put("ENABLE_POD_ENI", "false");
    all.put("ENABLE_PREFIX_DELEGATION", "false");
    all.put("ENABLE_SUBNET_DISCOVERY", "true");
    all.put("VPC_CNI_VERSION", "v1.23.1");
    all.put("WARM_ENI_TARGET", "1");
    all.put("WARM_PREFIX_TARGET", "1");
    all.put("MY_NODE_NAME", node.name());
    all.put("MY_POD_NAME", "aws-node-" + node.name());
    // No container with the host's folders below /host: the node itself.
    all.put("HOST_CNI_BIN_PATH", "/opt/cni/bin");
    all.put("HOST_CNI_CONFDIR_PATH", "/etc/cni/net.d");
    all.put("NETPROG_CNI_BINARIES", NodeNamespaces.DISTRIBUTIONS + "/cni/bin");
    all.put("AWS_REGION", region);
    all.put("AWS_EC2_ENDPOINT", url(EC2));
    all.put("AWS_ENDPOINT_URL_EC2", url(EC2));
    all.put("AWS_ENDPOINT_URL_STS", url(STS));
    all.put("AWS_ENDPOINT_URL_CLOUDWATCH", url(CLOUDWATCH));
    all.put("CLUSTER_ENDPOINT", url(KUBERNETES));
    all.putAll(more);
    return all;
  }

  static String url(int port) {
    return "http://" + VpcNetwork.ENDPOINTS + ":" + port;
  }
}
