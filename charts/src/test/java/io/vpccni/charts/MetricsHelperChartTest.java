package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.METRICS_HELPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.vpccni.metricshelper.config.CommandLine;
import io.vpccni.metricshelper.config.HelperConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart of the metrics helper makes: one confined pod that may read the agents' pages. */
class MetricsHelperChartTest {
  private static final Path REFERENCE =
      Path.of("src/test/resources/io/vpccni/charts/reference/metrics-helper.yaml");

  /** Values that would give the container more rights than it needs. */
  private static final String MORE_RIGHTS =
      """
      containerSecurityContext:
        {privileged: true, runAsUser: 0, readOnlyRootFilesystem: false, capabilities: {add: [ALL]}}
      podSecurityContext: {runAsUser: 0, runAsNonRoot: false}
      """;

  private static Deployment deployment(Objects rendered) {
    return rendered.only(Deployment.class).orElseThrow();
  }

  @Test
  void kubernetesKnowsEachField() {
    assertThat(METRICS_HELPER.render(IMAGES).all())
        .hasSize(4)
        .allSatisfy(each -> assertThat(UnknownFields.of(each)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", MORE_RIGHTS})
  void theContainerIsConfinedWhateverIsGiven(String values) {
    var pod = deployment(METRICS_HELPER.render(IMAGES + values)).getSpec().getTemplate().getSpec();
    assertThat(pod.getHostNetwork()).isNull();
    assertThat(pod.getContainers()).hasSize(1);
    var context = pod.getContainers().getFirst().getSecurityContext();
    assertThat(context.getPrivileged()).isNull();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getRunAsNonRoot()).isTrue();
    assertThat(context.getRunAsUser()).isEqualTo(10001);
    assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(context.getCapabilities().getAdd()).isEmpty();
  }

  @Test
  void itListsTheAgentsAndReadsTheirPagesInOneNamespace() {
    var rendered = METRICS_HELPER.render(IMAGES);
    assertThat(rendered.only(ClusterRole.class)).isEmpty();
    var role = rendered.only(Role.class).orElseThrow();
    assertThat(role.getMetadata().getNamespace()).isEqualTo("kube-system");
    assertThat(Permissions.of(role.getRules()))
        .containsExactly(
            "create leases", "get leases", "get pods/proxy", "list pods", "update leases");
    var binding = rendered.only(RoleBinding.class).orElseThrow();
    assertThat(binding.getMetadata().getNamespace()).isEqualTo("kube-system");
    assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
    var account = rendered.only(ServiceAccount.class).orElseThrow().getMetadata().getName();
    assertThat(binding.getSubjects().getFirst().getName()).isEqualTo(account);
    assertThat(deployment(rendered).getSpec().getTemplate().getSpec().getServiceAccountName())
        .isEqualTo(account);
  }

  @Test
  void oneRunsUnlessMoreAreAskedFor() {
    var spec = deployment(METRICS_HELPER.render(IMAGES)).getSpec();
    assertThat(spec.getStrategy().getType()).isEqualTo("Recreate");
    assertThat(spec.getReplicas()).isEqualTo(1);
    assertThat(deployment(METRICS_HELPER.render(IMAGES + "replicas: 2")).getSpec().getReplicas())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"'',61681", "'env: {METRICS_BIND_ADDRESS: \"[::]:9000\"}',9000"})
  void theProbesAskWhereTheProgramListens(String values, int port) {
    var container = container(values);
    var alive = container.getLivenessProbe().getHttpGet();
    assertThat(alive.getPath()).isEqualTo("/healthz");
    assertThat(alive.getPort().getIntVal()).isEqualTo(port);
    var ready = container.getReadinessProbe().getHttpGet();
    assertThat(ready.getPath()).isEqualTo("/readyz");
    assertThat(ready.getPort().getIntVal()).isEqualTo(port);
  }

  @Test
  void whereKubeletCannotAskThereAreNoProbes() {
    var container = container("env: {METRICS_BIND_ADDRESS: \"127.0.0.1:9000\"}");
    assertThat(container.getLivenessProbe()).isNull();
    assertThat(container.getReadinessProbe()).isNull();
  }

  private static Container container(String values) {
    return deployment(METRICS_HELPER.render(IMAGES + values))
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst();
  }

  @Test
  void noOtherLeaseCanBeChanged() {
    assertThat(METRICS_HELPER.render(IMAGES).only(Role.class).orElseThrow().getRules())
        .filteredOn(rule -> rule.getResources().contains("leases"))
        .filteredOn(rule -> !rule.getVerbs().equals(List.of("create")))
        .isNotEmpty()
        .allMatch(rule -> rule.getResourceNames().equals(List.of("cni-metrics-helper")));
  }

  @Test
  void theProgramAcceptsTheDefaults() {
    var parsed = parse(METRICS_HELPER.render(IMAGES));
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.config().cloudWatch()).isTrue();
    assertThat(parsed.config().prometheus()).isFalse();
  }

  @Test
  void valuesOfTheReferenceAreUsed() throws IOException {
    var rendered =
        METRICS_HELPER.render(
            Yaml.merged(
                Yaml.document(Files.readString(REFERENCE)),
                Yaml.document("{image: {account: 1}}")));
    var parsed = parse(rendered);
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.config().prometheus()).isTrue();
    assertThat(parsed.config().address()).isEqualTo("0.0.0.0:61681");
    assertThat(parsed.config().cluster().clusterId()).contains("production");
    var pod = deployment(rendered).getSpec().getTemplate();
    assertThat(pod.getMetadata().getLabels()).containsEntry("k8s-app", "cni-metrics-helper");
    assertThat(pod.getSpec().getContainers().getFirst().getPorts().getFirst().getContainerPort())
        .isEqualTo(61681);
    assertThat(pod.getSpec().getContainers().getFirst().getImage())
        .isEqualTo("1.dkr.ecr.eu-central-1.amazonaws.com/cni-metrics-helper:v1.23.2");
  }

  private static HelperConfig.Parsed parse(Objects rendered) {
    var container = deployment(rendered).getSpec().getTemplate().getSpec().getContainers();
    var env =
        container.getFirst().getEnv().stream()
            .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    return HelperConfig.parse(new CommandLine.Run(true, false, Optional.empty(), false), env);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {image: {account: null}}              | image: no images are published yet, so say where yours is: set image.account
          {image: {account: "602401143452"}}    | image.account 602401143452 is the registry of amazon-vpc-cni-k8s
          {image: {overrideRepository: a/b}}    | additional properties 'overrideRepository' not allowed
          {revisionHistoryLimit: -1}            | '/revisionHistoryLimit'
          {env: {USE_CLOUDWATCH: [true]}}       | '/env/USE_CLOUDWATCH'
          {replicas: 0}                         | '/replicas'
          """)
  void whatCannotWorkIsRefused(String values, String sentence) {
    var all = Yaml.merged(Yaml.document(IMAGES), Yaml.document(values));
    assertThatThrownBy(() -> METRICS_HELPER.render(all)).hasMessageContaining(sentence);
  }

  @Test
  void theNotesSayTheNextStep() throws IOException {
    assertThat(METRICS_HELPER.notes(IMAGES))
        .contains("kubectl --namespace kube-system logs deployment/cni-metrics-helper")
        .contains("cloudwatch:PutMetricData");
    assertThat(METRICS_HELPER.notes(IMAGES + "env: {USE_CLOUDWATCH: no}"))
        .doesNotContain("cloudwatch:PutMetricData");
  }
}
