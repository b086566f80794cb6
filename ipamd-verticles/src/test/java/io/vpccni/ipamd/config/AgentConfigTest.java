package io.vpccni.ipamd.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.config.AgentConfig.Parsed;
import io.vpccni.ipamd.eni.AddressKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
  private static Map<String, String> env(String... pairs) {
    var env = new HashMap<>(Map.of("ENABLE_IPv4", "true"));
    for (var pair : pairs) {
      int equals = pair.indexOf('=');
      env.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return env;
  }

  private static Parsed parse(String... pairs) {
    return AgentConfig.parse(env(pairs));
  }

  @Test
  void defaultsAreTheReferences() {
    var parsed = parse();
    var config = parsed.config();
    assertThat(parsed.problems()).isEmpty();
    assertThat(config.pool()).isEqualTo(DefaultSettings.pool());
    assertThat(config.pool().kind()).isEqualTo(AddressKind.SECONDARY_IP);
    assertThat(config.pool().targets().warmEni()).isOne();
    assertThat(config.pool().cooldown()).hasSeconds(30);
    assertThat(config.maxEni()).isEmpty();
    assertThat(config.features().subnetDiscovery()).isTrue();
    assertThat(config.features().leakedEniCleanup()).isTrue();
    assertThat(config.host().connmark()).isEqualTo(0x80);
    assertThat(config.host().podLinks().vethPrefix()).isEqualTo("eni");
    assertThat(config.host().nodePort()).isTrue();
    assertThat(config.policyMode()).isEmpty();
    assertThat(config.process().introspection()).isEqualTo("127.0.0.1:61679");
    assertThat(config.process().checkpoint()).hasToString("/var/run/aws-node/ipam.json");
  }

  private static Object read(AgentConfig config, String name) {
    return switch (name) {
      case "WARM_ENI_TARGET" -> config.pool().targets().warmEni();
      case "WARM_IP_TARGET" -> config.pool().targets().warmIp();
      case "MAX_ENI" -> config.maxEni().orElse(-1);
      case "ENABLE_POD_ENI" -> config.features().podEni();
      case "ENABLE_SUBNET_DISCOVERY" -> config.features().subnetDiscovery();
      case "AWS_VPC_K8S_CNI_CONNMARK" -> config.host().connmark();
      case "AWS_VPC_K8S_CNI_RANDOMIZESNAT" -> config.host().snat().randomness();
      case "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS" -> config.host().snat().excluded();
      case "AWS_EXTERNAL_SERVICE_CIDRS" -> config.host().externalServiceCidrs();
      case "HTTP_TIMEOUT" -> config.aws().httpTimeout().toSeconds();
      case "ADDITIONAL_ENI_TAGS" -> config.aws().additionalTags();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest(name = "{0}={1} is {2}, problem: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          WARM_ENI_TARGET                    | -1                     | 1                  | true
          WARM_ENI_TARGET                    | 0                      | 0                  | false
          WARM_IP_TARGET                     | five                   | 0                  | true
          WARM_IP_TARGET                     | +5                     | 5                  | false
          WARM_IP_TARGET                     | ` 5`                   | 0                  | true
          MAX_ENI                            | 0                      | -1                 | true
          MAX_ENI                            | 2                      | 2                  | false
          ENABLE_POD_ENI                     | yes                    | false              | true
          ENABLE_POD_ENI                     | T                      | true               | false
          ENABLE_SUBNET_DISCOVERY            | off                    | true               | true
          ENABLE_SUBNET_DISCOVERY            | ``                     | true               | false
          AWS_VPC_K8S_CNI_CONNMARK           | 0x40                   | 64                 | false
          AWS_VPC_K8S_CNI_CONNMARK           | 0                      | 128                | true
          AWS_VPC_K8S_CNI_CONNMARK           | 4294967296             | 128                | true
          AWS_VPC_K8S_CNI_CONNMARK           | #40                    | 128                | true
          AWS_VPC_K8S_CNI_CONNMARK           | ٦٤                     | 128                | true
          WARM_IP_TARGET                     | ٥                      | 0                  | true
          AWS_VPC_K8S_CNI_RANDOMIZESNAT      | none                   | NONE               | false
          AWS_VPC_K8S_CNI_RANDOMIZESNAT      | hashrandom             | HASH               | false
          AWS_VPC_K8S_CNI_RANDOMIZESNAT      | PRNG                   | PRNG               | true
          AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS | 10.1.2.3/8, 2000::/16  | [10.0.0.0/8]       | true
          AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS | 10.0.0.0               | []                 | true
          AWS_EXTERNAL_SERVICE_CIDRS | 10.0.0.0/32, 10.0.0.1/32, 2000::1/128 | [10.0.0.0/32, 10.0.0.1/32] | true
          AWS_EXTERNAL_SERVICE_CIDRS         | 10.0.0.0/32,abcd       | [10.0.0.0/32]      | true
          AWS_EXTERNAL_SERVICE_CIDRS         | 10.0.0.0               | []                 | true
          HTTP_TIMEOUT                       | 9                      | 10                 | true
          ADDITIONAL_ENI_TAGS                | {"a":"b"}              | {a=b}              | false
          ADDITIONAL_ENI_TAGS                | {"a":1}                | {}                 | true
          ADDITIONAL_ENI_TAGS                | nonsense               | {}                 | true
          ADDITIONAL_ENI_TAGS                | {"aws:a":"b","c":"d"}  | {c=d}              | true
          ADDITIONAL_ENI_TAGS                | {"x.k8s.amazonaws.com/a":"b","c":"d"} | {c=d} | true
          """)
  void aBadValueHasTheReferencesOutcomeAndIsTold(
      String name, String value, String expected, boolean problem) {
    var parsed = parse(name + "=" + value);
    assertThat(String.valueOf(read(parsed.config(), name))).isEqualTo(expected);
    assertThat(parsed.problems().stream().map(Problem::name))
        .isEqualTo(problem ? List.of(name) : List.of());
  }

  /** With a tag that EC2 does not take, it would create no ENI. */
  @Test
  void aClusterNameThatIsNoTagIsNotUsed() {
    var longest = "x".repeat(256);
    assertThat(parse("CLUSTER_NAME=" + longest).config().aws().clusterName()).isEqualTo(longest);
    var parsed = parse("CLUSTER_NAME=" + longest + "x");
    assertThat(parsed.config().aws().clusterName()).isEmpty();
    assertThat(parsed.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("more than 256 characters"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          both families,                       ENABLE_IPv6=true
          no family,                           ENABLE_IPv4=false
          a long veth prefix,                  AWS_VPC_K8S_CNI_VETHPREFIX=veth0
          a veth prefix of other links,        AWS_VPC_K8S_CNI_VETHPREFIX=eth
          an empty veth prefix,                AWS_VPC_K8S_CNI_VETHPREFIX=
          a veth prefix that is a pattern,     AWS_VPC_K8S_CNI_VETHPREFIX=%d
          a veth prefix with a star,           AWS_VPC_K8S_CNI_VETHPREFIX=a*b
          a veth prefix with a blank,          AWS_VPC_K8S_CNI_VETHPREFIX=x y
          a log file that is the result,       AWS_VPC_K8S_PLUGIN_LOG_FILE=STDOUT
          a negative cooldown,                 IP_COOLDOWN_PERIOD=-1
          a cooldown that is no number,        IP_COOLDOWN_PERIOD=soon
          an MTU out of range,                 AWS_VPC_ENI_MTU=9002
          a pod MTU out of range,              POD_MTU=100
          an empty policy mode,                NETWORK_POLICY_ENFORCING_MODE=
          prefixes without a target,           ENABLE_PREFIX_DELEGATION=true
          """)
  void contradictorySettingsAreRefused(String why, String pair) {
    var refused = catchThrowableOfType(Refused.class, () -> parse(pair));
    assertThat(refused).isNotNull();
    assertThat(refused.reasons()).isNotEmpty();
  }

  @Test
  void allReasonsAreToldTogether() {
    var refused =
        catchThrowableOfType(Refused.class, () -> parse("ENABLE_IPv4=false", "POD_MTU=1"));
    assertThat(refused.reasons()).hasSize(2);
  }

  @Test
  void imdsOnlyModeTouchesNothing() {
    var features = parse("ENABLE_IMDS_ONLY_MODE=true").config().features();
    assertThat(features.provisioning()).isFalse();
    assertThat(features.leakedEniCleanup()).isFalse();
  }

  @Test
  void aRetiredNameIsReportedWithWhatReplacesIt() {
    assertThat(parse("ENABLE_NFTABLES=true").problems().getFirst().message()).contains("retired");
  }

  @Test
  void policyModeIsKeptAsTyped() {
    assertThat(parse("NETWORK_POLICY_ENFORCING_MODE=Strict").config().policyMode())
        .contains("Strict");
  }
}
