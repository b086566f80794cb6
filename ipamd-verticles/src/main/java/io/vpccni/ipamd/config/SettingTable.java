package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.LEFT_OUT;
import static io.vpccni.ipamd.config.Setting.Invalid.NEVER;
import static io.vpccni.ipamd.config.Setting.Invalid.REFUSED;
import static io.vpccni.ipamd.config.Setting.Invalid.REPLACED;

import io.vpccni.ipamd.config.Setting.Invalid;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.link.VethPrefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * All settings of the agent, in the order and the sections of {@code docs/settings.md}, which is
 * made of this table. Source of names, defaults and outcomes: amazon-vpc-cni-k8s v1.23.1; what it
 * does not have is marked as ours.
 */
final class SettingTable {
  /** Names of older releases that no longer do anything, and what to do instead. */
  static final Map<String, String> RETIRED =
      Map.of(
          "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", "is retired: rp_filter is always set as needed",
          "ENABLE_NFTABLES", "is retired: the variant is found out from the iptables binary",
          "AWS_VPC_K8S_CNI_VPC_ID", "is retired: the VPC is read from instance metadata");

  private static final SequencedMap<String, List<Setting<?>>> SECTIONS = new LinkedHashMap<>();
  private static List<Setting<?>> section = List.of();

  private SettingTable() {}

  /** The settings by the title of their section. */
  static SequencedMap<String, List<Setting<?>>> sections() {
    return SECTIONS;
  }

  // ---- how the table is written

  private static void section(String title) {
    section = new ArrayList<>();
    SECTIONS.put(title, section);
  }

  private static <T> Setting<T> add(
      String name, T fallback, String shown, Values<T> values, Invalid invalid, String sentence) {
    var setting = new Setting<>(name, fallback, shown, values, invalid, sentence);
    section.add(setting);
    return setting;
  }

  private static Setting<Boolean> flag(String name, boolean fallback, String sentence) {
    return add(name, fallback, String.valueOf(fallback), Values.bool(), REPLACED, sentence);
  }

  private static Setting<Integer> number(
      String name, int fallback, Values<Integer> values, Invalid invalid, String sentence) {
    return add(name, fallback, String.valueOf(fallback), values, invalid, sentence);
  }

  private static Setting<String> text(String name, String fallback, String sentence) {
    return add(name, fallback, fallback, Values.text("text"), NEVER, sentence);
  }

  private static Setting<String> filled(
      String name, String fallback, String words, String sentence) {
    return add(name, fallback, fallback, Values.filled(words), NEVER, sentence);
  }

  private static Setting<List<Cidr>> cidrs(String name, String sentence) {
    return add(name, List.of(), "", Values.ipv4Cidrs(), LEFT_OUT, sentence);
  }

  // ---- the address pool

  static {
    section("Addresses");
  }

  static final Setting<Boolean> ENABLE_IPV4 =
      flag("ENABLE_IPv4", false, "Pods get IPv4 addresses; exactly one family must be enabled.");
  static final Setting<Boolean> ENABLE_IPV6 =
      flag(
          "ENABLE_IPv6",
          false,
          "Pods get IPv6 addresses out of /80 prefixes; needs `ENABLE_PREFIX_DELEGATION`.");
  static final Setting<Boolean> PREFIX_DELEGATION =
      flag(
          "ENABLE_PREFIX_DELEGATION",
          false,
          "ENIs get /28 prefixes instead of single addresses, where the instance type allows it.");
  static final Setting<Integer> WARM_ENI_TARGET =
      number(
          "WARM_ENI_TARGET",
          1,
          Values.count(),
          REPLACED,
          "ENIs' worth of free addresses to keep ready; without effect with IP targets or"
              + " prefixes.");
  static final Setting<Integer> WARM_IP_TARGET =
      number(
          "WARM_IP_TARGET", 0, Values.count(), REPLACED, "Free addresses to keep ready; 0: unset.");
  static final Setting<Integer> MINIMUM_IP_TARGET =
      number(
          "MINIMUM_IP_TARGET",
          0,
          Values.count(),
          REPLACED,
          "Addresses to have in all, free or not; 0: unset.");
  static final Setting<Integer> WARM_PREFIX_TARGET =
      number(
          "WARM_PREFIX_TARGET",
          0,
          Values.count(),
          REPLACED,
          "Prefixes without a pod to keep ready; without effect with IP targets.");
  static final Setting<Integer> MAX_ENI =
      number(
          "MAX_ENI",
          0,
          Values.number(1, Integer.MAX_VALUE),
          REPLACED,
          "The most ENIs that may be used on each network card; 0: what the instance type allows.");
  static final Setting<Integer> COOLDOWN =
      number(
          "IP_COOLDOWN_PERIOD",
          30,
          Values.count(),
          REFUSED,
          "Seconds for which a released address rests before another pod may get it.");
  static final Setting<Integer> ADD_WAIT =
      number(
          "ADD_WAIT_SECONDS",
          15,
          Values.number(0, 25),
          REPLACED,
          "Seconds for which an ADD waits for an address that is on its way (ours).");
  static final Setting<Boolean> MANAGE_NON_SCHEDULABLE =
      flag(
          "AWS_MANAGE_ENIS_NON_SCHEDULABLE",
          false,
          "The pool is also sized while the node is cordoned.");

  // ---- ENIs and EC2

  static {
    section("ENIs and EC2");
  }

  static final Setting<String> CLUSTER_NAME =
      text("CLUSTER_NAME", "", "The value of the cluster's tag on ENIs; empty: no tag.");
  static final Setting<Map<String, String>> ADDITIONAL_TAGS =
      add(
          "ADDITIONAL_ENI_TAGS",
          Map.of(),
          "",
          new Values<>("JSON object of texts", true, EniTags::parse),
          LEFT_OUT,
          "Further tags of the ENIs that the agent creates.");
  static final Setting<Boolean> CUSTOM_NETWORKING =
      flag(
          "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
          false,
          "Pods get addresses in the subnet and security groups of the node's ENIConfig; not with"
              + " IPv6.");
  static final Setting<String> ENI_CONFIG_ANNOTATION =
      filled(
          "ENI_CONFIG_ANNOTATION_DEF",
          "k8s.amazonaws.com/eniConfig",
          "annotation key",
          "The node annotation that names the ENIConfig.");
  static final Setting<String> ENI_CONFIG_LABEL =
      filled(
          "ENI_CONFIG_LABEL_DEF",
          "k8s.amazonaws.com/eniConfig",
          "label key",
          "The node label that names the ENIConfig, where the annotation is missing.");
  static final Setting<Boolean> POD_ENI =
      flag(
          "ENABLE_POD_ENI",
          false,
          "Pods may have security groups of their own, on branch ENIs of a trunk ENI.");
  static final Setting<String> SECURITY_GROUP_MODE =
      add(
          "POD_SECURITY_GROUP_ENFORCING_MODE",
          "strict",
          "strict",
          Values.word(List.of("strict", "standard")),
          REPLACED,
          "Whether all traffic of branch-ENI pods passes their security groups, or only traffic"
              + " that leaves the node; a bad value stops the agent if `ENABLE_POD_ENI` is true.");
  static final Setting<Boolean> SUBNET_DISCOVERY =
      flag(
          "ENABLE_SUBNET_DISCOVERY",
          true,
          "New ENIs may be in any subnet of the zone that is tagged `kubernetes.io/role/cni`.");
  static final Setting<Boolean> MULTI_NIC =
      flag("ENABLE_MULTI_NIC", false, "Network cards above 0 are managed too.");
  static final Setting<Boolean> MANAGE_UNTAGGED =
      flag("MANAGE_UNTAGGED_ENI", true, "ENIs that others attached without a tag are used too.");
  static final Setting<Boolean> NO_PROVISIONING =
      flag(
          "DISABLE_NETWORK_RESOURCE_PROVISIONING",
          false,
          "No ENI or address is created, assigned or released.");
  static final Setting<Boolean> IMDS_ONLY =
      flag("ENABLE_IMDS_ONLY_MODE", false, "EC2 is not called at all; IMDS is the only source.");
  static final Setting<Boolean> NO_LEAK_CLEANUP =
      flag("DISABLE_LEAKED_ENI_CLEANUP", false, "Detached ENIs of the cluster are left alone.");
  static final Setting<String> EC2_ENDPOINT =
      add(
          "AWS_EC2_ENDPOINT",
          "",
          "",
          Values.checked("http(s) URL", SettingTable::endpoint),
          REPLACED,
          "Where EC2 is called; empty: the region's own endpoint.");
  static final Setting<Integer> HTTP_TIMEOUT =
      number(
          "HTTP_TIMEOUT",
          10,
          Values.number(10, 600),
          REPLACED,
          "Seconds that one EC2 call may take.");
  static final Setting<String> VERSION =
      text("VPC_CNI_VERSION", "", "The version that the user agent of EC2 calls names.");

  private static String endpoint(String text) {
    if (text.isEmpty() || text.matches("https?://[^\\s/]+[^\\s]*")) return text;
    throw new IllegalArgumentException("is not an http(s) URL");
  }

  // ---- host and pod networking

  static {
    section("Host and pod networking");
  }

  static final Setting<Boolean> EXTERNAL_SNAT =
      flag(
          "AWS_VPC_K8S_CNI_EXTERNALSNAT",
          false,
          "Traffic leaves the node with the pods' own addresses; something outside of it translates.");
  static final Setting<List<Cidr>> EXCLUDE_SNAT =
      cidrs(
          "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS",
          "Destinations outside the VPC that see the pods' own addresses.");
  static final Setting<List<Cidr>> EXTERNAL_SERVICES =
      cidrs(
          "AWS_EXTERNAL_SERVICE_CIDRS",
          "Destinations that pods on secondary ENIs reach by the primary ENI.");
  static final Setting<String> RANDOMIZE_SNAT =
      add(
          "AWS_VPC_K8S_CNI_RANDOMIZESNAT",
          "prng",
          "prng",
          Values.word(List.of("none", "hashrandom", "prng")),
          REPLACED,
          "How source ports are chosen where traffic is translated.");
  static final Setting<Boolean> NODE_PORT =
      flag(
          "AWS_VPC_CNI_NODE_PORT_SUPPORT",
          true,
          "Answers of pods on secondary ENIs to NodePort traffic leave by the primary ENI.");
  static final Setting<Integer> CONNMARK =
      add(
          "AWS_VPC_K8S_CNI_CONNMARK",
          0x80,
          "0x80",
          Values.mark(),
          REPLACED,
          "The bits of connection and packet marks that are the agent's.");
  static final Setting<Integer> ENI_MTU =
      number(
          "AWS_VPC_ENI_MTU",
          9001,
          Values.number(576, 9001),
          REFUSED,
          "MTU of the ENIs' links; on IPv6 nodes 1280 or more.");
  static final Setting<Integer> POD_MTU =
      add(
          "POD_MTU",
          9001,
          "as `AWS_VPC_ENI_MTU`",
          Values.number(576, 9001),
          REFUSED,
          "MTU of the pods' links; on IPv6 nodes 1280 or more.");
  static final Setting<String> VETH_PREFIX =
      add(
          "AWS_VPC_K8S_CNI_VETHPREFIX",
          "eni",
          "eni",
          Values.checked("1 to 4 characters", SettingTable::vethPrefix),
          REFUSED,
          "How names of the host's ends of pods' veth pairs begin.");
  static final Setting<Boolean> IPV4_EGRESS =
      flag("ENABLE_V4_EGRESS", true, "Pods of an IPv6 node reach IPv4 through the node.");
  static final Setting<Boolean> IPV6_EGRESS =
      flag("ENABLE_V6_EGRESS", false, "Pods of an IPv4 node reach IPv6 through the node.");

  private static String vethPrefix(String text) {
    VethPrefix.problem(text)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(wrong);
            });
    return text;
  }

  // ---- Kubernetes

  static {
    section("Kubernetes");
  }

  static final Setting<String> NODE_NAME =
      text("MY_NODE_NAME", "", "This node's name; empty: the Node object is not watched.");
  static final Setting<String> POD_NAME =
      text("MY_POD_NAME", "", "The agent's own pod, which its events are about.");
  static final Setting<String> CLUSTER_ENDPOINT =
      text("CLUSTER_ENDPOINT", "", "URL of the API server instead of the in-cluster one.");
  static final Setting<String> SERVICE_HOST =
      text(
          "KUBERNETES_SERVICE_HOST",
          "",
          "Set by Kubernetes; the client finds the API server by it. Where neither this nor"
              + " `KUBECONFIG` nor `CLUSTER_ENDPOINT` is set, the API server is not used.");
  static final Setting<String> KUBECONFIG = text("KUBECONFIG", "", "A kubeconfig file, for tests.");
  static final Setting<Boolean> ANNOTATE_POD_IP =
      flag(
          "ANNOTATE_POD_IP",
          false,
          "Each pod gets its address as the annotation `vpc.amazonaws.com/pod-ips`.");

  /** Set but wrong is refused, even when empty: a policy silently not enforced would be worse. */
  static final Setting<String> POLICY_MODE =
      add(
          "NETWORK_POLICY_ENFORCING_MODE",
          "",
          "",
          Values.checked("none, strict, standard", SettingTable::policyMode),
          REFUSED,
          "The mode that the network policy agent is told for each pod; if unset, it is not called.");

  private static String policyMode(String text) {
    // As it was typed: the policy agent reads it itself.
    var _ =
        Values.wordInAnyCase(List.of("none", "strict", "standard")).parser().apply(text, _ -> {});
    return text;
  }

  // ---- the conflist

  static {
    section("CNI configuration");
  }

  static final Setting<String> CONFLIST_TEMPLATE =
      text(
          "CNI_CONFLIST_TEMPLATE",
          "",
          "Path of a conflist to install instead of the built-in one (ours).");
  static final Setting<String> PLUGIN_LOG_FILE =
      add(
          "AWS_VPC_K8S_PLUGIN_LOG_FILE",
          "/var/log/aws-routed-eni/plugin.log",
          "/var/log/aws-routed-eni/plugin.log",
          Values.checked("path, stderr", SettingTable::pluginLog),
          REFUSED,
          "Where the plugin's log lines go, as the conflist says.");
  static final Setting<String> PLUGIN_LOG_LEVEL =
      text("AWS_VPC_K8S_PLUGIN_LOG_LEVEL", "Debug", "The plugin's log level in the conflist.");
  static final Setting<String> V4_EGRESS_LOG =
      text(
          "AWS_VPC_K8S_EGRESS_V4_PLUGIN_LOG_FILE",
          "/var/log/aws-routed-eni/egress-v4-plugin.log",
          "Where the egress plugin of IPv6 nodes logs.");
  static final Setting<String> V6_EGRESS_LOG =
      text(
          "AWS_VPC_K8S_EGRESS_V6_PLUGIN_LOG_FILE",
          "/var/log/aws-routed-eni/egress-v6-plugin.log",
          "Where the egress plugin of IPv4 nodes logs.");
  static final Setting<Boolean> BANDWIDTH =
      flag("ENABLE_BANDWIDTH_PLUGIN", false, "The bandwidth plugin is part of the conflist.");
  static final Setting<Boolean> NO_POD_IPV6 =
      flag(
          "DISABLE_POD_V6",
          false,
          "The tuning plugin, which turns IPv6 off in pods, is part of the conflist.");
  static final Setting<Boolean> RESTORE_CONFLIST =
      flag(
          "RESTORE_CNI_CONFLIST",
          true,
          "A conflist that somebody removes or changes is put back, and follows the plugins that"
              + " are installed; if false, it is installed at each start only (ours).");
  static final Setting<String> CNI_BINARIES =
      text(
          "HOST_CNI_BIN_PATH",
          "/host/opt/cni/bin",
          "Where the plugins' executables are; they are asked for their versions.");

  private static String pluginLog(String text) {
    if (!text.equalsIgnoreCase("stdout")) return text;
    throw new IllegalArgumentException("would mix log lines into the CNI result");
  }

  // ---- the process

  static {
    section("Process");
  }

  static final Setting<String> RUN_FOLDER =
      filled(
          "AGENT_RUN_DIR",
          "/var/run/aws-node",
          "path",
          "Folder of the sockets and of the DEL spool (ours).");
  static final Setting<String> CHECKPOINT =
      add(
          "AWS_VPC_K8S_CNI_BACKING_STORE",
          "",
          "`ipam.json` in `AGENT_RUN_DIR`",
          Values.filled("path"),
          NEVER,
          "The checkpoint of network card 0.");
  static final Setting<Boolean> NO_METRICS =
      flag("DISABLE_METRICS", false, "Metrics are not served.");
  static final Setting<String> METRICS_ADDRESS =
      filled(
          "METRICS_BIND_ADDRESS", "0.0.0.0:61678", "host:port", "Where metrics are served (ours).");
  static final Setting<Boolean> NO_INTROSPECTION =
      flag("DISABLE_INTROSPECTION", false, "The introspection pages are not served.");
  static final Setting<String> INTROSPECTION_ADDRESS =
      filled(
          "INTROSPECTION_BIND_ADDRESS",
          "127.0.0.1:61679",
          "host:port, unix:/path",
          "Where the introspection is served.");
  static final Setting<String> LOG_FILE =
      filled(
          "AWS_VPC_K8S_CNI_LOG_FILE",
          "stderr",
          "path, stdout, stderr",
          "Where the agent's log lines go.");
  static final Setting<String> LOG_LEVEL =
      add(
          "AWS_VPC_K8S_CNI_LOGLEVEL",
          "info",
          "info",
          Values.wordInAnyCase(List.of("debug", "info", "warn", "error", "fatal"))
              .otherwise("debug"),
          REPLACED,
          "The least important log lines that are written; a bad value means debug.");

  // ---- variables of every AWS SDK

  static {
    section("Variables of every AWS SDK");
  }

  /** They are passed on as they are; those who use them check them. */
  static final List<Setting<String>> OF_SDK =
      List.of(
          text("AWS_EC2_METADATA_SERVICE_ENDPOINT", "", "Where IMDS is."),
          text(
              "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
              "IPv4",
              "IPv4 or IPv6: which of its addresses IMDS is read at."),
          text("AWS_EC2_METADATA_DISABLED", "", "If true, IMDS is not read."),
          text("AWS_EC2_METADATA_V1_DISABLED", "", "If true, IMDS is read with tokens only."),
          text(
              "AWS_CA_BUNDLE",
              "",
              "A file of CA certificates to trust for EC2, instead of the JVM's."),
          text("HTTPS_PROXY", "", "The proxy to EC2; `https_proxy` wins over it."),
          text("https_proxy", "", "The proxy to EC2."),
          text("HTTP_PROXY", "", "The proxy to an EC2 endpoint without TLS."),
          text("http_proxy", "", "The same; it wins over `HTTP_PROXY`."),
          text("NO_PROXY", "", "Hosts that are reached without the proxy."),
          text("no_proxy", "", "The same; it wins over `NO_PROXY`."));

  /** All settings. */
  static List<Setting<?>> all() {
    return SECTIONS.values().stream().<Setting<?>>flatMap(List::stream).toList();
  }
}
