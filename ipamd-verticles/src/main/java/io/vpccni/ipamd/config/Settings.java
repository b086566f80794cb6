package io.vpccni.ipamd.config;

import io.vpccni.ipamd.config.AgentConfig.Parsed;
import io.vpccni.ipamd.config.HostConfig.SnatRandomness;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.logging.Level;

/** The settings by name. Source of names, defaults and outcomes: amazon-vpc-cni-k8s v1.23.1. */
final class Settings {

  /** Names of older releases that no longer do anything, and what to do instead. */
  private static final Map<String, String> RETIRED =
      Map.of(
          "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", "is retired: rp_filter is always set as needed",
          "ENABLE_NFTABLES", "is retired: the variant is found out from the iptables binary",
          "AWS_VPC_K8S_CNI_VPC_ID", "is retired: the VPC is read from instance metadata");

  private final Reader in;

  private Settings(Reader in) {
    this.in = in;
  }

  static Parsed parse(Map<String, String> env) {
    var in = new Reader(env);
    var config = new Settings(in).all();
    RETIRED.forEach((name, message) -> reportRetired(in, name, message));
    if (!in.refusals().isEmpty()) throw new Refused(in.refusals());
    return new Parsed(config, in.problems(), in.effective());
  }

  private static void reportRetired(Reader in, String name, String message) {
    if (in.isSet(name)) in.problem(name, message);
  }

  private AgentConfig all() {
    boolean ipv6 = family();
    var features = features(ipv6);
    var host = host(ipv6, features);
    return new AgentConfig(
        ipv6,
        pool(ipv6, features, host),
        maxEni(),
        features,
        host,
        aws(),
        cluster(),
        conflist(ipv6, host),
        process(),
        policyMode());
  }

  private boolean family() {
    boolean ipv4 = in.bool("ENABLE_IPv4", false);
    boolean ipv6 = in.bool("ENABLE_IPv6", false);
    if (ipv4 && ipv6) in.refuse("ENABLE_IPv6", "and ENABLE_IPv4 are both true: enable one");
    if (!ipv4 && !ipv6) in.refuse("ENABLE_IPv4", "and ENABLE_IPv6 are both false: enable one");
    return ipv6;
  }

  private Features features(boolean ipv6) {
    boolean imdsOnly = in.bool("ENABLE_IMDS_ONLY_MODE", false);
    boolean provisioning = !in.bool("DISABLE_NETWORK_RESOURCE_PROVISIONING", false) && !imdsOnly;
    boolean sweepOff = in.bool("DISABLE_LEAKED_ENI_CLEANUP", false);
    boolean custom = in.bool("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", false);
    if (ipv6 && custom) {
      in.refuse("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "does not go with ENABLE_IPv6: disable one");
    }
    return new Features(
        custom,
        in.bool("ENABLE_POD_ENI", false),
        in.bool("ENABLE_SUBNET_DISCOVERY", true),
        in.bool("ENABLE_MULTI_NIC", false),
        in.bool("MANAGE_UNTAGGED_ENI", true),
        provisioning,
        imdsOnly,
        provisioning && !sweepOff && !ipv6,
        in.bool("ANNOTATE_POD_IP", false));
  }

  private PoolSettings pool(boolean ipv6, Features features, HostConfig host) {
    boolean prefixes = in.bool("ENABLE_PREFIX_DELEGATION", false);
    var targets =
        new Targets(
            in.count("WARM_ENI_TARGET", 1),
            in.count("WARM_IP_TARGET", 0),
            in.count("MINIMUM_IP_TARGET", 0),
            in.count("WARM_PREFIX_TARGET", 0));
    if (ipv6 && !prefixes) {
      in.refuse("ENABLE_PREFIX_DELEGATION", "must be true with ENABLE_IPv6");
    }
    if (prefixes && !ipv6 && !targets.ipTargetsDefined() && targets.warmPrefix() == 0) {
      in.refuse(
          "ENABLE_PREFIX_DELEGATION",
          "needs WARM_PREFIX_TARGET, WARM_IP_TARGET or MINIMUM_IP_TARGET above 0");
    }
    return new PoolSettings(
        ipv6
            ? AddressKind.IPV6_PREFIX
            : prefixes ? AddressKind.IPV4_PREFIX : AddressKind.SECONDARY_IP,
        targets,
        Duration.ofSeconds(in.strictNumber("IP_COOLDOWN_PERIOD", 0, Integer.MAX_VALUE, 30)),
        Duration.ofSeconds(in.number("ADD_WAIT_SECONDS", 0, 25, 15)),
        PoolSettings.DEFAULT_MAX_WAITING,
        features.customNetworking(),
        in.bool("AWS_MANAGE_ENIS_NON_SCHEDULABLE", false),
        features.provisioning(),
        features.imdsOnly(),
        features.podEni(),
        features.multiNic(),
        host.ipv4Egress() || host.ipv6Egress()
            ? Optional.of(EgressRange.of(ipv6).cidr())
            : Optional.empty());
  }

  private OptionalInt maxEni() {
    int max = in.number("MAX_ENI", 1, Integer.MAX_VALUE, 0);
    return max == 0 ? OptionalInt.empty() : OptionalInt.of(max);
  }

  private HostConfig host(boolean ipv6, Features features) {
    int leastMtu = ipv6 ? 1280 : 576;
    int eniMtu = in.strictNumber("AWS_VPC_ENI_MTU", leastMtu, 9001, 9001);
    int podMtu = in.strictNumber("POD_MTU", leastMtu, 9001, eniMtu);
    boolean egress4 = in.bool("ENABLE_V4_EGRESS", true);
    boolean egress6 = in.bool("ENABLE_V6_EGRESS", false);
    return new HostConfig(
        in.bool("AWS_VPC_K8S_CNI_EXTERNALSNAT", false),
        in.ipv4Cidrs("AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS"),
        in.ipv4Cidrs("AWS_EXTERNAL_SERVICE_CIDRS"),
        randomness(),
        in.bool("AWS_VPC_CNI_NODE_PORT_SUPPORT", true),
        connmark(),
        eniMtu,
        podMtu,
        vethPrefix(),
        features.podEni(),
        strict(features.podEni()),
        ipv6 && egress4,
        !ipv6 && egress6);
  }

  private SnatRandomness randomness() {
    var words = Arrays.stream(SnatRandomness.values()).map(SnatRandomness::text).toList();
    var word = in.word("AWS_VPC_K8S_CNI_RANDOMIZESNAT", SnatRandomness.PRNG.text(), words);
    return Arrays.stream(SnatRandomness.values())
        .filter(one -> one.text().equals(word))
        .findFirst()
        .orElseThrow();
  }

  /** Decimal, {@code 0x…} or {@code 0…}; 1 to 2^32 − 1. */
  private int connmark() {
    var name = "AWS_VPC_K8S_CNI_CONNMARK";
    if (!in.isSet(name)) return in.note(name, 0x80);
    try {
      long mark = Long.decode(in.raw(name));
      if (mark > 0 && mark <= 0xffff_ffffL) return in.note(name, (int) mark);
    } catch (NumberFormatException malformed) {
      // told below
    }
    in.problem(name, "is not a number from 1 to 0xffffffff; using 0x80");
    return in.note(name, 0x80);
  }

  private String vethPrefix() {
    var name = "AWS_VPC_K8S_CNI_VETHPREFIX";
    var prefix = in.text(name, "eni");
    if (prefix.getBytes(StandardCharsets.UTF_8).length > 4) {
      in.refuse(name, "has more than 4 bytes: with the hash no kernel interface name would fit");
    }
    if (List.of("eth", "lo", "vlan").contains(prefix)) {
      in.refuse(name, "is the name of other interfaces: choose another prefix");
    }
    return prefix;
  }

  private boolean strict(boolean podEni) {
    var name = "POD_SECURITY_GROUP_ENFORCING_MODE";
    var words = List.of("strict", "standard");
    if (podEni && !words.contains(in.filled(name, "strict"))) {
      in.refuse(name, "is neither strict nor standard");
    }
    return in.word(name, "strict", words).equals("strict");
  }

  private AwsConfig aws() {
    return new AwsConfig(
        in.text("CLUSTER_NAME", ""),
        EniTags.read(in),
        endpoint("AWS_EC2_ENDPOINT"),
        in.text("VPC_CNI_VERSION", ""),
        Duration.ofSeconds(in.number("HTTP_TIMEOUT", 10, 600, 10)));
  }

  private String endpoint(String name) {
    var text = in.text(name, "");
    if (text.isEmpty() || text.matches("https?://[^\\s/]+[^\\s]*")) return text;
    in.problem(name, "is not an http(s) URL; using the region's own endpoint");
    return in.note(name, "");
  }

  private ClusterConfig cluster() {
    return new ClusterConfig(
        in.text("MY_NODE_NAME", ""),
        in.text("MY_POD_NAME", ""),
        in.text("CLUSTER_ENDPOINT", ""),
        in.filled("ENI_CONFIG_ANNOTATION_DEF", "k8s.amazonaws.com/eniConfig"),
        in.filled("ENI_CONFIG_LABEL_DEF", "k8s.amazonaws.com/eniConfig"));
  }

  private ConflistConfig conflist(boolean ipv6, HostConfig host) {
    var log = in.text("AWS_VPC_K8S_PLUGIN_LOG_FILE", "/var/log/aws-routed-eni/plugin.log");
    if (log.equalsIgnoreCase("stdout")) {
      in.refuse("AWS_VPC_K8S_PLUGIN_LOG_FILE", "would mix log lines into the CNI result");
    }
    var v4Log =
        in.text(
            "AWS_VPC_K8S_EGRESS_V4_PLUGIN_LOG_FILE",
            "/var/log/aws-routed-eni/egress-v4-plugin.log");
    var v6Log =
        in.text(
            "AWS_VPC_K8S_EGRESS_V6_PLUGIN_LOG_FILE",
            "/var/log/aws-routed-eni/egress-v6-plugin.log");
    return new ConflistConfig(
        in.text("CNI_CONFLIST_TEMPLATE", ""),
        in.filled("POD_SECURITY_GROUP_ENFORCING_MODE", "strict"),
        log,
        in.text("AWS_VPC_K8S_PLUGIN_LOG_LEVEL", "Debug"),
        ipv6 ? v4Log : v6Log,
        host.ipv4Egress() || host.ipv6Egress(),
        in.bool("ENABLE_BANDWIDTH_PLUGIN", false),
        in.bool("DISABLE_POD_V6", false),
        in.text("HOST_CNI_BIN_PATH", "/host/opt/cni/bin"));
  }

  private ProcessConfig process() {
    var folder = Path.of(in.filled("AGENT_RUN_DIR", "/var/run/aws-node"));
    boolean noMetrics = in.bool("DISABLE_METRICS", false);
    boolean noIntrospection = in.bool("DISABLE_INTROSPECTION", false);
    var introspection = in.filled("INTROSPECTION_BIND_ADDRESS", "127.0.0.1:61679");
    var metrics = in.filled("METRICS_BIND_ADDRESS", "0.0.0.0:61678");
    return new ProcessConfig(
        folder,
        Path.of(in.filled("AWS_VPC_K8S_CNI_BACKING_STORE", folder.resolve("ipam.json").toString())),
        noIntrospection ? "" : introspection,
        noMetrics ? "" : metrics,
        in.filled("AWS_VPC_K8S_CNI_LOG_FILE", "stderr"),
        logLevel());
  }

  private Level logLevel() {
    var name = "AWS_VPC_K8S_CNI_LOGLEVEL";
    return switch (in.filled(name, "info").toLowerCase(Locale.ROOT)) {
      case "debug" -> Level.FINE;
      case "info" -> Level.INFO;
      case "warn" -> Level.WARNING;
      case "error", "fatal" -> Level.SEVERE;
      default -> {
        in.problem(name, "is none of debug, info, warn, error, fatal; using debug");
        yield Level.FINE;
      }
    };
  }

  /** Set but wrong is refused, even when empty: a policy silently not enforced would be worse. */
  private Optional<String> policyMode() {
    var name = "NETWORK_POLICY_ENFORCING_MODE";
    if (!in.isSet(name)) return Optional.empty();
    var mode = in.text(name, "");
    if (!List.of("none", "strict", "standard").contains(mode.toLowerCase(Locale.ROOT))) {
      in.refuse(name, "is none of none, strict, standard");
    }
    return Optional.of(mode);
  }
}
