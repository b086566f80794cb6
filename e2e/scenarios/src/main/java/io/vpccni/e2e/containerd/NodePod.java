package io.vpccni.e2e.containerd;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.e2e.wire.cri.ContainerConfig;
import io.vpccni.e2e.wire.cri.ContainerStatusRequest;
import io.vpccni.e2e.wire.cri.CreateContainerRequest;
import io.vpccni.e2e.wire.cri.ExecSyncRequest;
import io.vpccni.e2e.wire.cri.LinuxPodSandboxConfig;
import io.vpccni.e2e.wire.cri.LinuxSandboxSecurityContext;
import io.vpccni.e2e.wire.cri.NamespaceMode;
import io.vpccni.e2e.wire.cri.NamespaceOption;
import io.vpccni.e2e.wire.cri.PodSandboxConfig;
import io.vpccni.e2e.wire.cri.PodSandboxMetadata;
import io.vpccni.e2e.wire.cri.RunPodSandboxRequest;
import io.vpccni.e2e.wire.cri.StartContainerRequest;
import io.vpccni.e2e.wire.cri.StopContainerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pod on the node's own network, whose containers are started and stopped one by one. */
public final class NodePod {
  /** CRI calls this state CONTAINER_EXITED. */
  private static final int EXITED = 2;

  private final Kubelet kubelet;
  private final PodSandboxConfig config;
  private final String sandbox;

  private NodePod(Kubelet kubelet, PodSandboxConfig config, String sandbox) {
    this.kubelet = kubelet;
    this.config = config;
    this.sandbox = sandbox;
  }

  /**
   * Makes the pod without containers.
   *
   * @param logs the folder of the containers' logs, as the runtime sees it
   */
  public static Future<NodePod> run(Kubelet kubelet, String name, String logs) {
    var config =
        PodSandboxConfig.newBuilder()
            .setMetadata(
                PodSandboxMetadata.newBuilder()
                    .setName(name)
                    .setUid("uid-" + name)
                    .setNamespace("kube-system"))
            .setLogDirectory(logs)
            .setLinux(
                LinuxPodSandboxConfig.newBuilder()
                    .setCgroupParent(Containerd.CGROUP)
                    .setSecurityContext(
                        LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(network())))
            .build();
    return kubelet
        .runtime()
        .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(config).build())
        .map(started -> new NodePod(kubelet, config, started.getPodSandboxId()));
  }

  /** Returns the namespaces of such a pod, which stand in each container's configuration too. */
  public static NamespaceOption network() {
    return NamespaceOption.newBuilder()
        .setNetwork(NamespaceMode.NODE)
        .setPid(NamespaceMode.CONTAINER)
        .build();
  }

  /** Starts a container and returns its id. */
  public Future<String> start(ContainerConfig container) {
    var request =
        CreateContainerRequest.newBuilder()
            .setPodSandboxId(sandbox)
            .setSandboxConfig(config)
            .setConfig(container)
            .build();
    return kubelet
        .runtime()
        .createContainer(request)
        .compose(
            created ->
                kubelet
                    .runtime()
                    .startContainer(
                        StartContainerRequest.newBuilder()
                            .setContainerId(created.getContainerId())
                            .build())
                    .map(created.getContainerId()));
  }

  /** Completes with the exit code of a container when it has ended. */
  public Future<Integer> ended(Vertx vertx, String container) {
    return kubelet
        .runtime()
        .containerStatus(ContainerStatusRequest.newBuilder().setContainerId(container).build())
        .compose(
            reply ->
                reply.getStatus().getState() == EXITED
                    ? Future.succeededFuture(reply.getStatus().getExitCode())
                    : vertx.timer(50, TimeUnit.MILLISECONDS).compose(_ -> ended(vertx, container)));
  }

  /** Stops a container as kubelet does: asks it, and kills it when the time is up. */
  public Future<Void> stop(String container, int seconds) {
    return kubelet
        .runtime()
        .stopContainer(
            StopContainerRequest.newBuilder().setContainerId(container).setTimeout(seconds).build())
        .mapEmpty();
  }

  /**
   * Holds how a command in a container ended.
   *
   * @param output what it printed on both streams
   */
  public record Executed(int exitCode, String output) {}

  /** Runs a command in a container to its end, as a probe does. */
  public Future<Executed> exec(String container, List<String> command) {
    return kubelet
        .runtime()
        .execSync(
            ExecSyncRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(command)
                .setTimeout(30)
                .build())
        .map(
            result ->
                new Executed(
                    result.getExitCode(),
                    result.getStdout().toString(StandardCharsets.UTF_8)
                        + result.getStderr().toString(StandardCharsets.UTF_8)));
  }

  /** Removes the pod with its containers. */
  public Future<Void> remove() {
    return kubelet.remove(sandbox);
  }
}
