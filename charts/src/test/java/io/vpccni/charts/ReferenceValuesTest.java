package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.vpccni.ipamd.config.AgentConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of values that were written for the reference's chart are used with ours. */
class ReferenceValuesTest {
  private static final Path FOLDER = Path.of("src/test/resources/io/vpccni/charts/reference");

  /** Only the place of the images is new. */
  private static Objects render(String file) throws IOException {
    return VPC_CNI.render(
        Yaml.merged(
            Yaml.document(Files.readString(FOLDER.resolve(file + ".yaml"))),
            Yaml.document(IMAGES)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefix-delegation", "custom-networking", "ipv6"})
  void theDaemonSetIsReplacedAndTheAgentStarts(String file) throws IOException {
    var rendered = render(file);
    assertThat(rendered.daemonSet().getMetadata().getName()).isEqualTo("aws-node");
    assertThat(rendered.all()).allSatisfy(each -> assertThat(UnknownFields.of(each)).isEmpty());
    assertThat(AgentConfig.parse(rendered.env("aws-node")).problems()).isEmpty();
    assertThat(rendered.containerNames()).contains("aws-node", "aws-vpc-cni-init");
  }

  @Test
  void prefixDelegationWithNetworkPolicies() throws IOException {
    var rendered = render("prefix-delegation");
    assertThat(rendered.daemonSet().getSpec().getSelector().getMatchLabels())
        .isEqualTo(Map.of("k8s-app", "aws-node"));
    assertThat(rendered.container("aws-eks-nodeagent").getImage())
        .isEqualTo(
            "602401143452.dkr.ecr.eu-central-1.amazonaws.com/amazon/aws-network-policy-agent:v1.4.2");
    assertThat(rendered.container("aws-node").getImage()).contains(".eu-central-1.");
    assertThat(rendered.only(ServiceAccount.class).orElseThrow().getMetadata().getAnnotations())
        .containsKey("eks.amazonaws.com/role-arn");
    assertThat(rendered.ofKind("PodMonitor")).hasSize(1);
    assertThat(rendered.only(ConfigMap.class).orElseThrow().getData())
        .containsEntry("enable-network-policy-controller", "true");
  }

  @Test
  void customNetworkingWithSecurityGroupsForPods() throws IOException {
    var rendered = render("custom-networking");
    assertThat(rendered.daemonSet().getSpec().getSelector().getMatchLabels())
        .isEqualTo(
            Map.of(
                "app.kubernetes.io/name", "aws-node", "app.kubernetes.io/instance", "aws-vpc-cni"));
    var config = AgentConfig.parse(rendered.env("aws-node")).config();
    assertThat(config.features().customNetworking()).isTrue();
    assertThat(config.features().podEni()).isTrue();
    assertThat(rendered.ofKind("ENIConfig")).hasSize(2);
    assertThat(rendered.containers())
        .as("as the file wishes")
        .noneMatch(each -> Boolean.TRUE.equals(each.getSecurityContext().getPrivileged()));
  }

  @Test
  void ipv6WithEgressToIpv4() throws IOException {
    var rendered = render("ipv6");
    assertThat(AgentConfig.parse(rendered.env("aws-node")).config().ipv6()).isTrue();
    assertThat(rendered.env("aws-vpc-cni-init")).containsEntry("ENABLE_IPv6", "true");
    assertThat(rendered.env("aws-node")).containsEntry("HTTPS_PROXY", "http://proxy.example:3128");
    assertThat(rendered.container("aws-eks-nodeagent").getArgs()).contains("--enable-ipv6=true");
    assertThat(rendered.container("aws-eks-nodeagent").getImage())
        .isEqualTo("mirror.example/aws-network-policy-agent:v1.4.2");
  }
}
