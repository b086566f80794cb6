package io.vpccni.e2e.scenario;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vpccni.e2e.containerd.NodePod;
import io.vpccni.e2e.wire.cri.Capability;
import io.vpccni.e2e.wire.cri.ContainerConfig;
import io.vpccni.e2e.wire.cri.ContainerMetadata;
import io.vpccni.e2e.wire.cri.ImageSpec;
import io.vpccni.e2e.wire.cri.Int64Value;
import io.vpccni.e2e.wire.cri.KeyValue;
import io.vpccni.e2e.wire.cri.LinuxContainerConfig;
import io.vpccni.e2e.wire.cri.LinuxContainerSecurityContext;
import io.vpccni.e2e.wire.cri.Mount;
import io.vpccni.e2e.wire.cri.MountPropagation;
import io.vpccni.e2e.wire.cri.SecurityProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The node agent's pod as the chart describes it, in the words in which kubelet tells the runtime.
 *
 * @param pod what the chart's DaemonSet says
 * @param node the name of the node, which kubelet fills in
 * @param emptyDirs the folder for those volumes that begin empty, as the runtime sees it
 */
record RenderedAgent(PodSpec pod, String node, String emptyDirs) {
  private static final Path CHART = Path.of("../../charts/aws-vpc-cni");

  /**
   * The paths that kubelet hides from containers that are not privileged, and those it protects.
   */
  private static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  static RenderedAgent of(String values, String node, String emptyDirs) throws IOException {
    var file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, values);
      var text =
          new Helm(CHART)
              .template()
              .withName("aws-vpc-cni")
              .withNamespace("kube-system")
              .withKubeVersion("1.36.0")
              .withValuesFile(file)
              .call();
      var daemonSet =
          Arrays.stream(text.split("(?m)^---"))
              .filter(document -> document.contains("kind: DaemonSet"))
              .findFirst()
              .orElseThrow();
      DaemonSet parsed = new KubernetesSerialization().unmarshal(daemonSet, DaemonSet.class);
      return new RenderedAgent(parsed.getSpec().getTemplate().getSpec(), node, emptyDirs);
    } finally {
      Files.delete(file);
    }
  }

  Container container(String name) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Returns what the runtime is told of a container of this name. */
  ContainerConfig config(String name) {
    var container = container(name);
    return ContainerConfig.newBuilder()
        .setMetadata(ContainerMetadata.newBuilder().setName(name))
        .setImage(ImageSpec.newBuilder().setImage(container.getImage()))
        .addAllCommand(container.getCommand())
        .addAllArgs(container.getArgs())
        .addAllEnvs(container.getEnv().stream().map(this::environment).toList())
        .addAllMounts(container.getVolumeMounts().stream().map(this::mount).toList())
        .setLogPath(name + ".log")
        .setLinux(
            LinuxContainerConfig.newBuilder()
                .setSecurityContext(rights(container.getSecurityContext())))
        .build();
  }

  private KeyValue environment(EnvVar variable) {
    var field = variable.getValueFrom();
    var value =
        field == null
            ? Objects.requireNonNullElse(variable.getValue(), "")
            : Map.of("spec.nodeName", node, "metadata.name", "aws-node-" + node)
                .get(field.getFieldRef().getFieldPath());
    return KeyValue.newBuilder().setKey(variable.getName()).setValue(value).build();
  }

  private Mount mount(VolumeMount mount) {
    var volume =
        pod.getVolumes().stream()
            .filter(each -> each.getName().equals(mount.getName()))
            .findFirst()
            .orElseThrow();
    return Mount.newBuilder()
        .setContainerPath(mount.getMountPath())
        .setHostPath(hostPath(volume))
        .setReadonly(Boolean.TRUE.equals(mount.getReadOnly()))
        .setPropagation(
            "HostToContainer".equals(mount.getMountPropagation())
                ? MountPropagation.PROPAGATION_HOST_TO_CONTAINER
                : MountPropagation.PROPAGATION_PRIVATE)
        .build();
  }

  private String hostPath(Volume volume) {
    return volume.getHostPath() == null
        ? emptyDirs + "/" + volume.getName()
        : volume.getHostPath().getPath();
  }

  private static LinuxContainerSecurityContext rights(SecurityContext context) {
    var capabilities = context.getCapabilities();
    return LinuxContainerSecurityContext.newBuilder()
        .setCapabilities(
            Capability.newBuilder()
                .addAllAddCapabilities(capabilities.getAdd())
                .addAllDropCapabilities(capabilities.getDrop()))
        .setPrivileged(Boolean.TRUE.equals(context.getPrivileged()))
        .setNamespaceOptions(NodePod.network())
        .setRunAsUser(Int64Value.newBuilder().setValue(context.getRunAsUser()))
        .setRunAsGroup(Int64Value.newBuilder().setValue(context.getRunAsGroup()))
        .setReadonlyRootfs(context.getReadOnlyRootFilesystem())
        .setNoNewPrivs(!context.getAllowPrivilegeEscalation())
        .addAllMaskedPaths(MASKED)
        .addAllReadonlyPaths(READ_ONLY)
        .setSeccomp(
            SecurityProfile.newBuilder()
                .setProfileType(
                    SecurityProfile.ProfileType.valueOf(context.getSeccompProfile().getType())))
        .build();
  }
}
