package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The service account may do what the features that are on need, and nothing else. */
class PermissionsTest {
  private static final List<String> ALWAYS =
      List.of("get nodes", "get pods", "list nodes", "list pods", "watch nodes", "watch pods");

  /** Each permission as a verb and a resource, in alphabetical order. */
  private static List<String> clusterWide(String values) {
    var role = VPC_CNI.render(IMAGES + values).only(ClusterRole.class).orElseThrow();
    return Permissions.of(role.getRules());
  }

  private static List<String> more(String values) {
    return clusterWide(values).stream().filter(each -> !ALWAYS.contains(each)).toList();
  }

  @Test
  void withEachFeatureOffTheAgentReadsNodesAndPods() {
    assertThat(clusterWide("")).isEqualTo(ALWAYS);
  }

  @Test
  void eachFeatureAddsWhatItNeeds() {
    assertThat(more("env: {ANNOTATE_POD_IP: 'true'}")).containsExactly("patch pods");
    assertThat(more("env: {AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: t}"))
        .containsExactly("get eniconfigs");
    assertThat(more("env: {ENABLE_POD_ENI: true}"))
        .containsExactly("get cninodes", "patch cninodes");
    assertThat(more("enableNetworkPolicy: true"))
        .containsExactly(
            "get /apis/networking.k8s.aws",
            "get /apis/networking.k8s.aws/*",
            "get clusterpolicyendpoints",
            "get clusterpolicyendpoints/status",
            "get namespaces",
            "get policyendpoints",
            "get policyendpoints/status",
            "list clusterpolicyendpoints",
            "list namespaces",
            "list policyendpoints",
            "watch clusterpolicyendpoints",
            "watch namespaces",
            "watch policyendpoints");
  }

  @Test
  void aFeatureThatIsOffInWordsAddsNothing() {
    assertThat(
            more(
                """
                env: {ANNOTATE_POD_IP: "false", AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "0", ENABLE_POD_ENI: "no"}
                enableNetworkPolicy: "false"
                """))
        .isEmpty();
  }

  @Test
  void nobodyWritesNodes() {
    var everything =
        clusterWide(
            """
            env: {ANNOTATE_POD_IP: "true", AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true", ENABLE_POD_ENI: "true"}
            enableNetworkPolicy: "true"
            """);
    assertThat(everything.stream().filter(each -> each.endsWith(" nodes")))
        .containsExactly("get nodes", "list nodes", "watch nodes");
  }

  @Test
  void eventsAreWrittenInOneNamespace() {
    var role = VPC_CNI.render(IMAGES).only(Role.class).orElseThrow();
    assertThat(Permissions.of(role.getRules())).containsExactly("create events");
    assertThat(role.getRules().getFirst().getApiGroups()).containsExactly("events.k8s.io");
    assertThat(role.getMetadata().getNamespace()).isEqualTo("kube-system");
  }

  @Test
  void bothRolesAreTheServiceAccounts() {
    var rendered = VPC_CNI.render(IMAGES + "serviceAccount: {name: mine}");
    var clusterWide = rendered.only(ClusterRoleBinding.class).orElseThrow();
    var local = rendered.only(RoleBinding.class).orElseThrow();
    assertThat(clusterWide.getRoleRef().getName()).isEqualTo("aws-node");
    assertThat(local.getRoleRef().getName()).isEqualTo("aws-node");
    assertThat(List.of(clusterWide.getSubjects(), local.getSubjects()))
        .allSatisfy(
            subjects -> {
              assertThat(subjects).hasSize(1);
              assertThat(subjects.getFirst().getName()).isEqualTo("mine");
              assertThat(subjects.getFirst().getNamespace()).isEqualTo("kube-system");
            });
  }
}
