package io.vpccni.ipamd.config;

import io.vpccni.ipamd.config.AgentConfig.Parsed;
import io.vpccni.ipamd.config.HostConfig.Egress;
import io.vpccni.ipamd.config.HostConfig.PodLinks;
import io.vpccni.ipamd.config.HostConfig.SecurityGroups;
import io.vpccni.ipamd.config.HostConfig.Snat;
import io.vpccni.ipamd.config.HostConfig.SnatRandomness;
import io.vpccni.ipamd.config.ProcessConfig.StatusMode;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.stream.Stream;

/** Makes the configuration out of the {@link SettingTable}, and judges what belongs together. */
final class Settings {
  private final Reader in;

  private Settings(Reader in) {
    this.in = in;
  }

  static Parsed parse(Map<String, String> env) {
    var in = new Reader(env);
    var config = new Settings(in).all();
    SettingTable.RETIRED.forEach((name, message) -> reportRetired(in, name, message));
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
    boolean ipv4 = in.read(AddressTable.ENABLE_IPV4);
    boolean ipv6 = in.read(AddressTable.ENABLE_IPV6);
    if (ipv4 && ipv6) in.refuse("ENABLE_IPv6", "and ENABLE_IPv4 are both true: enable one");
    if (!ipv4 && !ipv6) in.refuse("ENABLE_IPv4", "and ENABLE_IPv6 are both false: enable one");
    return ipv6;
  }

  private Features features(boolean ipv6) {
    boolean imdsOnly = in.read(Ec2Table.IMDS_ONLY);
    boolean provisioning = !in.read(Ec2Table.NO_PROVISIONING) && !imdsOnly;
    boolean sweepOff = in.read(Ec2Table.NO_LEAK_CLEANUP);
    boolean custom = in.read(Ec2Table.CUSTOM_NETWORKING);
    if (ipv6 && custom) {
      in.refuse(Ec2Table.CUSTOM_NETWORKING.name(), "does not go with ENABLE_IPv6: disable one");
    }
    return new Features(
        custom,
        in.read(Ec2Table.POD_ENI),
        in.read(Ec2Table.SUBNET_DISCOVERY),
        in.read(Ec2Table.MULTI_NIC),
        in.read(Ec2Table.MANAGE_UNTAGGED),
        provisioning,
        imdsOnly,
        provisioning && !sweepOff && !ipv6,
        in.read(KubernetesTable.ANNOTATE_POD_IP));
  }

  private PoolSettings pool(boolean ipv6, Features features, HostConfig host) {
    boolean prefixes = in.read(AddressTable.PREFIX_DELEGATION);
    var targets =
        new Targets(
            in.read(AddressTable.WARM_ENI_TARGET),
            in.read(AddressTable.WARM_IP_TARGET),
            in.read(AddressTable.MINIMUM_IP_TARGET),
            in.read(AddressTable.WARM_PREFIX_TARGET));
    if (ipv6 && !prefixes) {
      in.refuse(AddressTable.PREFIX_DELEGATION.name(), "must be true with ENABLE_IPv6");
    }
    if (prefixes && !ipv6 && !targets.ipTargetsDefined() && targets.warmPrefix() == 0) {
      in.refuse(
          AddressTable.PREFIX_DELEGATION.name(),
          "needs WARM_PREFIX_TARGET, WARM_IP_TARGET or MINIMUM_IP_TARGET above 0");
    }
    return new PoolSettings(
        ipv6
            ? AddressKind.IPV6_PREFIX
            : prefixes ? AddressKind.IPV4_PREFIX : AddressKind.SECONDARY_IP,
        targets,
        Duration.ofSeconds(in.read(AddressTable.COOLDOWN)),
        PoolSettings.Waiting.DEFAULT.atMost(Duration.ofSeconds(in.read(AddressTable.ADD_WAIT))),
        new PoolSettings.EniUse(
            features.customNetworking(),
            features.podEni(),
            features.multiNic(),
            in.read(AddressTable.ENIS_AT_ONCE)),
        new PoolSettings.Ec2Access(
            features.provisioning(),
            features.imdsOnly(),
            in.read(AddressTable.MANAGE_NON_SCHEDULABLE)),
        host.egress().enabled() ? Optional.of(EgressRange.of(ipv6).cidr()) : Optional.empty());
  }

  private OptionalInt maxEni() {
    int max = in.read(AddressTable.MAX_ENI);
    return max == 0 ? OptionalInt.empty() : OptionalInt.of(max);
  }

  private HostConfig host(boolean ipv6, Features features) {
    var mtus = Values.number(ipv6 ? 1280 : 576, 9001);
    int eniMtu = in.read(NetworkTable.ENI_MTU.in(NetworkTable.ENI_MTU.fallback(), mtus));
    int podMtu = in.read(NetworkTable.POD_MTU.in(eniMtu, mtus));
    boolean egress4 = in.read(NetworkTable.IPV4_EGRESS);
    boolean egress6 = in.read(NetworkTable.IPV6_EGRESS);
    return new HostConfig(
        new Snat(
            in.read(NetworkTable.EXTERNAL_SNAT), in.read(NetworkTable.EXCLUDE_SNAT), randomness()),
        in.read(NetworkTable.EXTERNAL_SERVICES),
        in.read(NetworkTable.NODE_PORT),
        in.read(NetworkTable.CONNMARK),
        eniMtu,
        new PodLinks(podMtu, in.read(NetworkTable.VETH_PREFIX)),
        new SecurityGroups(features.podEni(), strict(features.podEni())),
        new Egress(ipv6 && egress4, !ipv6 && egress6));
  }

  private SnatRandomness randomness() {
    var word = in.read(NetworkTable.RANDOMIZE_SNAT);
    return Arrays.stream(SnatRandomness.values())
        .filter(one -> one.text().equals(word))
        .findFirst()
        .orElseThrow();
  }

  private boolean strict(boolean podEni) {
    var mode = Ec2Table.SECURITY_GROUP_MODE;
    return in.read(podEni ? mode.refused() : mode).equals("strict");
  }

  private AwsConfig aws() {
    return new AwsConfig(
        in.read(Ec2Table.CLUSTER_NAME),
        in.read(Ec2Table.ADDITIONAL_TAGS),
        in.read(Ec2Table.EC2_ENDPOINT),
        in.read(Ec2Table.VERSION),
        Duration.ofSeconds(in.read(Ec2Table.HTTP_TIMEOUT)),
        sdk());
  }

  private SdkConfig sdk() {
    return new SdkConfig(
        new SdkConfig.Metadata(
            in.read(SdkTable.METADATA_ENDPOINT).strip(),
            in.read(SdkTable.METADATA_MODE),
            in.read(SdkTable.METADATA_DISABLED),
            in.read(SdkTable.METADATA_V1_DISABLED)),
        in.read(SdkTable.CA_BUNDLE).strip(),
        new SdkConfig.Proxies(
            either(SdkTable.HTTPS_PROXY_LOWER, SdkTable.HTTPS_PROXY),
            either(SdkTable.HTTP_PROXY_LOWER, SdkTable.HTTP_PROXY),
            either(SdkTable.NO_PROXY_LOWER, SdkTable.NO_PROXY)));
  }

  /** The name in lower case wins, as in curl. */
  private String either(Setting<String> lower, Setting<String> upper) {
    var first = in.read(lower);
    var second = in.read(upper);
    return (first.isBlank() ? second : first).strip();
  }

  private ClusterConfig cluster() {
    var endpoint = in.read(KubernetesTable.CLUSTER_ENDPOINT);
    var signs =
        Stream.of(
            endpoint, in.read(KubernetesTable.SERVICE_HOST), in.read(KubernetesTable.KUBECONFIG));
    return new ClusterConfig(
        signs.anyMatch(text -> !text.isEmpty()),
        in.read(KubernetesTable.NODE_NAME),
        in.read(KubernetesTable.POD_NAME),
        endpoint,
        in.read(Ec2Table.ENI_CONFIG_ANNOTATION),
        in.read(Ec2Table.ENI_CONFIG_LABEL));
  }

  private ConflistConfig conflist(boolean ipv6, HostConfig host) {
    var log = in.read(ConflistTable.PLUGIN_LOG_FILE);
    var v4Log = in.read(ConflistTable.V4_EGRESS_LOG);
    var v6Log = in.read(ConflistTable.V6_EGRESS_LOG);
    return new ConflistConfig(
        in.read(ConflistTable.CONFLIST_TEMPLATE),
        host.securityGroups().mode(),
        log,
        in.read(ConflistTable.PLUGIN_LOG_LEVEL),
        ipv6 ? v4Log : v6Log,
        host.egress().enabled(),
        in.read(ConflistTable.BANDWIDTH),
        in.read(ConflistTable.NO_POD_IPV6),
        in.read(ConflistTable.RESTORE_CONFLIST),
        in.read(ConflistTable.CNI_BINARIES));
  }

  private ProcessConfig process() {
    var folder = Path.of(in.read(ProcessTable.RUN_FOLDER));
    boolean noMetrics = in.read(ProcessTable.NO_METRICS);
    boolean noIntrospection = in.read(ProcessTable.NO_INTROSPECTION);
    var introspection = in.read(ProcessTable.INTROSPECTION_ADDRESS);
    var metrics = in.read(ProcessTable.METRICS_ADDRESS);
    var checkpoint =
        ProcessTable.CHECKPOINT.in(
            folder.resolve("ipam.json").toString(), ProcessTable.CHECKPOINT.values());
    return new ProcessConfig(
        folder,
        Path.of(in.read(checkpoint)),
        in.read(ProcessTable.STATUS_MODE).equals("strict") ? StatusMode.STRICT : StatusMode.SAFE,
        noIntrospection ? "" : introspection,
        noMetrics ? "" : metrics,
        in.read(ProcessTable.LOG_FILE),
        logLevel());
  }

  private Level logLevel() {
    return switch (in.read(ProcessTable.LOG_LEVEL)) {
      case "debug" -> Level.FINE;
      case "info" -> Level.INFO;
      case "warn" -> Level.WARNING;
      default -> Level.SEVERE;
    };
  }

  private Optional<String> policyMode() {
    var mode = in.read(KubernetesTable.POLICY_MODE);
    return in.isSet(KubernetesTable.POLICY_MODE.name()) ? Optional.of(mode) : Optional.empty();
  }
}
