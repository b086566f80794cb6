package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.netprog.settings.InitSettings;
import io.vpccni.netprog.settings.ServeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The daemons read the environment that the chart gives them, and find nothing wrong with it. */
class EnvironmentTest {
  private static final Path SETTINGS = Path.of("../docs/settings.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(\\w+)` \\| (?:`([^`]*)`)? ?\\|", Pattern.MULTILINE);

  /** The chart or Kubernetes sets these. */
  private static final Set<String> NOT_THE_OPERATORS =
      Set.of("MY_NODE_NAME", "MY_POD_NAME", "AGENT_RUN_DIR", "CNI_CONFLIST_TEMPLATE");

  /** The row of such a setting names another one as its default, so there is nothing to parse. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "POD_MTU", "9001",
          "AWS_VPC_K8S_CNI_BACKING_STORE", "/var/run/aws-node/ipam.json",
          "NETWORK_POLICY_ENFORCING_MODE", "strict",
          "AWS_EC2_ENDPOINT", "https://ec2.example",
          "ADDITIONAL_ENI_TAGS", "{}",
          "ENABLE_IPv4", "true",
          "MAX_ENI", "4");

  @Test
  void theAgentAcceptsTheDefaults() {
    var parsed = AgentConfig.parse(VPC_CNI.render(IMAGES).env("aws-node"));
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.config().policyMode())
        .as("an agent that is not there must not be called")
        .isEmpty();
    assertThat(parsed.config().process().logFile())
        .isEqualTo("/host/var/log/aws-routed-eni/ipamd.log");
  }

  @Test
  void theAgentCallsThePolicyAgentThatRunsBesideIt() {
    var env = VPC_CNI.render(IMAGES + "enableNetworkPolicy: \"true\"").env("aws-node");
    assertThat(AgentConfig.parse(env).config().policyMode()).contains("standard");
  }

  @Test
  void initAndNetProgrammerFindTheNodesSysctls() {
    var rendered =
        VPC_CNI.render(
            IMAGES
                + """
                env: {ENABLE_V6_EGRESS: "true", HOST_CNI_BIN_PATH: /host/bin}
                init: {env: {DISABLE_TCP_EARLY_DEMUX: "true"}}
                """);
    var init = InitSettings.parse(rendered.env("aws-vpc-cni-init"), Optional.empty());
    assertThat(init.problems()).isEmpty();
    assertThat(init.sysctlRoot()).isEqualTo(Path.of("/host/proc/sys"));
    assertThat(init.plugins().target()).isEqualTo(Path.of("/host/bin"));
    assertThat(init.agent().logFile()).contains(Path.of("/host/var/log/aws-routed-eni/ipamd.log"));
    assertThat(init.disableTcpEarlyDemux()).isTrue();
    assertThat(init.ipv6Egress()).isTrue();
    assertThat(ServeSettings.parse(rendered.env("net-programmer")).sysctlRoot())
        .isEqualTo(Path.of("/host/proc/sys"));
  }

  @Test
  void ipv6ForTheAgentIsIpv6ForInit() {
    var rendered =
        VPC_CNI.render(
            IMAGES
                + "env: {ENABLE_IPv4: 'false', ENABLE_IPv6: 'true', ENABLE_PREFIX_DELEGATION: 'true'}");
    var init = InitSettings.parse(rendered.env("aws-vpc-cni-init"), Optional.empty());
    assertThat(init.ipv6()).as("init.env says false").isTrue();
    assertThat(init.ipv4Egress()).isTrue();
  }

  @Test
  void aConflistMayNameItsPlugins() {
    var conflist =
        """
        {"cniVersion":"1.0.0","name":"aws-cni","plugins":[{"type":"aws-cni","mtu":"__MTU__"},{"type": "cilium-cni"}]}
        """;
    var rendered =
        VPC_CNI.render(
            Yaml.merged(
                Yaml.document(IMAGES),
                Map.of("cniConfig", Map.of("enabled", true, "fileContents", conflist))));
    assertThat(ServeSettings.parse(rendered.env("net-programmer")).conflistPlugins())
        .containsExactly("cilium-cni");
    assertThat(rendered.env("aws-node")).containsKey("CNI_CONFLIST_TEMPLATE");
  }

  @Test
  void eachSettingOfThePageMayBeSet() throws IOException {
    var env = new LinkedHashMap<String, String>();
    for (var row : ROW.matcher(Files.readString(SETTINGS)).results().toList()) {
      var name = row.group(1);
      if (NOT_THE_OPERATORS.contains(name)) continue;
      var fallback = Optional.ofNullable(row.group(2)).orElse("");
      env.put(name, EXAMPLES.getOrDefault(name, fallback));
    }
    assertThat(env).hasSizeGreaterThan(60);

    var rendered =
        VPC_CNI.render(
            Yaml.merged(Yaml.document(IMAGES), Map.of("env", env, "enableNetworkPolicy", "true")));

    assertThat(rendered.env("aws-node")).containsAllEntriesOf(env);
    assertThat(AgentConfig.parse(rendered.env("aws-node")).problems()).isEmpty();
  }

  @Test
  void noVariableStandsTwice() {
    assertThat(VPC_CNI.render(IMAGES).containers())
        .allSatisfy(
            container ->
                assertThat(container.getEnv().stream().map(item -> item.getName()))
                    .doesNotHaveDuplicates());
  }

  @Test
  void aNumberStaysTheNumberThatWasTyped() {
    assertThat(VPC_CNI.render(IMAGES + "env: {HTTP_TIMEOUT: 1000000}").env("aws-node"))
        .containsEntry("HTTP_TIMEOUT", "1000000");
    assertThat(List.of(VPC_CNI.render(IMAGES).env("aws-node").get("VPC_CNI_VERSION")))
        .containsExactly("v" + System.getProperty("vpccni.version"));
  }
}
