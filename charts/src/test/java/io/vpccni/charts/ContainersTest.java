package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the containers may do, and what of the node they see. */
class ContainersTest {
  private static final Map<String, Set<String>> CAPABILITIES =
      Map.of(
          "aws-vpc-cni-init", Set.of("CHOWN", "FOWNER", "DAC_OVERRIDE"),
          "aws-node", Set.of(),
          "net-programmer", Set.of("NET_ADMIN", "SYS_ADMIN"));

  /** The reference's own values have both; they would undo what separates our two daemons. */
  private static final String RIGHTS_FOR_ALL =
      """
      securityContext: {capabilities: {add: [NET_ADMIN, NET_RAW]}, privileged: true, runAsUser: 0}
      init: {securityContext: {privileged: true, readOnlyRootFilesystem: false}}
      netProgrammer: {securityContext: {capabilities: {add: [ALL]}, allowPrivilegeEscalation: true}}
      """;

  @Test
  void byDefaultThereAreOursAlone() {
    assertThat(VPC_CNI.render(IMAGES).containerNames())
        .containsExactly("aws-vpc-cni-init", "aws-node", "net-programmer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", RIGHTS_FOR_ALL})
  void noContainerHasMoreRightsThanItNeeds(String values) {
    var rendered = VPC_CNI.render(IMAGES + values);
    assertThat(rendered.pod().getHostPID()).isNull();
    assertThat(rendered.pod().getHostIPC()).isNull();
    assertThat(rendered.containers()).hasSize(3).allSatisfy(ContainersTest::isConfined);
  }

  private static void isConfined(Container container) {
    var context = container.getSecurityContext();
    var capabilities = context.getCapabilities();
    assertThat(context.getPrivileged()).isNull();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(capabilities.getDrop()).containsExactly("ALL");
    assertThat(Set.copyOf(capabilities.getAdd())).isEqualTo(CAPABILITIES.get(container.getName()));
    boolean root = context.getRunAsUser() == 0;
    assertThat(root).isEqualTo(!container.getName().equals("aws-node"));
  }

  @Test
  void theUsersAreThoseThatTheSocketsAreFor() {
    var rendered = VPC_CNI.render(IMAGES);
    var agent = rendered.container("aws-node").getSecurityContext();
    assertThat(agent.getRunAsUser()).isEqualTo(10001);
    assertThat(agent.getRunAsGroup()).isEqualTo(10001);
    assertThat(agent.getRunAsNonRoot()).isTrue();
    assertThat(rendered.container("net-programmer").getSecurityContext().getRunAsGroup())
        .isEqualTo(10001);
  }

  /** The kubelet refuses to start a container of user 0 that must not run as root. */
  @Test
  void whatThePodAsksOfItsUsersReachesNoContainer() {
    var rendered =
        VPC_CNI.render(
            IMAGES
                + """
                enableNetworkPolicy: "true"
                podSecurityContext: {runAsNonRoot: true, runAsUser: 7, runAsGroup: 7}
                """);
    assertThat(users(rendered, "aws-vpc-cni-init")).isEqualTo("0:0, root allowed");
    assertThat(users(rendered, "net-programmer")).isEqualTo("0:10001, root allowed");
    assertThat(users(rendered, "aws-node")).isEqualTo("10001:10001, root refused");
    assertThat(users(rendered, "aws-eks-nodeagent")).isEqualTo("0:0, root allowed");
  }

  private static String users(Objects rendered, String container) {
    var context = rendered.container(container).getSecurityContext();
    var nonRoot = context.getRunAsNonRoot();
    return context.getRunAsUser()
        + ":"
        + context.getRunAsGroup()
        + (nonRoot == null ? ", the pod decides" : nonRoot ? ", root refused" : ", root allowed");
  }

  @Test
  void eachMountHasItsVolumeAndEachVolumeAMount() {
    var rendered =
        VPC_CNI.render(
            IMAGES
                + """
                enableNetworkPolicy: "true"
                env: {ENABLE_V6_EGRESS: "true"}
                cniConfig: {enabled: true, fileContents: "{}"}
                """);
    var volumes = rendered.pod().getVolumes().stream().map(Volume::getName).toList();
    var mounted =
        rendered.containers().stream()
            .flatMap(container -> container.getVolumeMounts().stream())
            .map(mount -> mount.getName())
            .distinct()
            .toList();
    assertThat(volumes).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(mounted);
  }

  @Test
  void onlyWhatNeedsItSeesTheNode() {
    var rendered = VPC_CNI.render(IMAGES);
    assertThat(mounts(rendered, "aws-vpc-cni-init"))
        .containsExactly(
            "/opt/cni/bin at /host/opt/cni/bin",
            "/var/log/aws-routed-eni at /host/var/log/aws-routed-eni",
            "/var/run/aws-node at /var/run/aws-node",
            "/proc/sys/net at /host/proc/sys/net");
    assertThat(mounts(rendered, "aws-node"))
        .containsExactly(
            "/opt/cni/bin at /host/opt/cni/bin, read-only",
            "/var/log/aws-routed-eni at /host/var/log/aws-routed-eni",
            "/var/run/aws-node at /var/run/aws-node",
            "nothing of the node at /tmp");
    assertThat(mounts(rendered, "net-programmer"))
        .containsExactly(
            "/etc/cni/net.d at /host/etc/cni/net.d",
            "/var/run/aws-node at /var/run/aws-node",
            "/var/run/netns at /var/run/netns, HostToContainer",
            "/proc/sys/net at /host/proc/sys/net",
            "/run/xtables.lock at /run/xtables.lock");
  }

  private static List<String> mounts(Objects rendered, String container) {
    return rendered.container(container).getVolumeMounts().stream()
        .map(
            mount ->
                place(rendered, mount.getName())
                    + " at "
                    + mount.getMountPath()
                    + (Boolean.TRUE.equals(mount.getReadOnly()) ? ", read-only" : "")
                    + (mount.getMountPropagation() == null
                        ? ""
                        : ", " + mount.getMountPropagation()))
        .toList();
  }

  private static String place(Objects rendered, String volume) {
    return rendered.pod().getVolumes().stream()
        .filter(each -> each.getName().equals(volume))
        .map(
            each ->
                each.getHostPath() == null ? "nothing of the node" : each.getHostPath().getPath())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void livenessAndReadinessAreDifferentQuestions() {
    var agent = VPC_CNI.render(IMAGES).container("aws-node");
    assertThat(agent.getLivenessProbe().getExec().getCommand())
        .containsExactly(
            "/app/grpc-health-probe",
            "-addr=unix:///var/run/aws-node/ipamd.sock",
            "-connect-timeout=5s",
            "-rpc-timeout=5s");
    assertThat(agent.getReadinessProbe().getExec().getCommand()).contains("-service=ready");
  }

  @Test
  void netProgrammerHasAMinuteToStart() {
    var probe = VPC_CNI.render(IMAGES).container("net-programmer").getStartupProbe();
    assertThat(probe.getExec().getCommand()).containsExactly("/app/bin/net-programmer", "probe");
    assertThat(probe.getPeriodSeconds() * probe.getFailureThreshold()).isEqualTo(60);
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    assertThat(VPC_CNI.notes(IMAGES + RIGHTS_FOR_ALL))
        .contains(
            "init.securityContext.privileged was left out",
            "init.securityContext.readOnlyRootFilesystem was left out",
            "\nsecurityContext.capabilities was left out",
            "netProgrammer.securityContext.allowPrivilegeEscalation was left out")
        .contains("rollout status daemonset/aws-node");
    assertThat(VPC_CNI.notes(IMAGES)).doesNotContain("left out").contains("enableNetworkPolicy is");
  }
}
