package io.vpccni.e2e.containerd;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vpccni.e2e.wire.cri.ContainerConfig;
import io.vpccni.e2e.wire.cri.ContainerMetadata;
import io.vpccni.e2e.wire.cri.CreateContainerRequest;
import io.vpccni.e2e.wire.cri.ExecSyncRequest;
import io.vpccni.e2e.wire.cri.ImageSpec;
import io.vpccni.e2e.wire.cri.LinuxPodSandboxConfig;
import io.vpccni.e2e.wire.cri.ListPodSandboxRequest;
import io.vpccni.e2e.wire.cri.PodSandbox;
import io.vpccni.e2e.wire.cri.PodSandboxConfig;
import io.vpccni.e2e.wire.cri.PodSandboxMetadata;
import io.vpccni.e2e.wire.cri.PodSandboxStatusRequest;
import io.vpccni.e2e.wire.cri.PortMapping;
import io.vpccni.e2e.wire.cri.RemovePodSandboxRequest;
import io.vpccni.e2e.wire.cri.RunPodSandboxRequest;
import io.vpccni.e2e.wire.cri.RuntimeCondition;
import io.vpccni.e2e.wire.cri.RuntimeServiceClient;
import io.vpccni.e2e.wire.cri.RuntimeServiceGrpcClient;
import io.vpccni.e2e.wire.cri.StartContainerRequest;
import io.vpccni.e2e.wire.cri.StatusRequest;
import io.vpccni.e2e.wire.cri.StopPodSandboxRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs and removes pods over the CRI socket, as kubelet does. */
public final class Kubelet {
  /** CRI calls this state SANDBOX_READY. */
  private static final int READY = 0;

  private final GrpcClient client;
  private final RuntimeServiceClient runtime;

  public Kubelet(Vertx vertx, Path socket) {
    client =
        GrpcClient.client(
            vertx,
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    runtime =
        RuntimeServiceGrpcClient.create(
            client, SocketAddress.domainSocketAddress(socket.toString()));
  }

  RuntimeServiceClient runtime() {
    return runtime;
  }

  /**
   * Describes a pod as kubelet knows it before it runs.
   *
   * @param hostPorts the container port (TCP) by host port
   * @param annotations for example {@code kubernetes.io/ingress-bandwidth}
   */
  public record Pod(
      String namespace,
      String name,
      Map<Integer, Integer> hostPorts,
      Map<String, String> annotations) {
    public Pod {
      hostPorts = Map.copyOf(hostPorts);
      annotations = Map.copyOf(annotations);
    }

    public static Pod named(String name) {
      return new Pod("default", name, Map.of(), Map.of());
    }

    boolean owns(PodSandboxMetadata sandbox) {
      return sandbox.getNamespace().equals(namespace) && sandbox.getName().equals(name);
    }

    PodSandboxConfig config() {
      var config =
          PodSandboxConfig.newBuilder()
              .setMetadata(
                  PodSandboxMetadata.newBuilder()
                      .setName(name)
                      .setUid("uid-" + name)
                      .setNamespace(namespace))
              .setHostname(name)
              .setLinux(LinuxPodSandboxConfig.newBuilder().setCgroupParent(Containerd.CGROUP))
              .putAllAnnotations(annotations)
              .putLabels("io.kubernetes.pod.name", name)
              .putLabels("io.kubernetes.pod.namespace", namespace);
      hostPorts.forEach(
          (host, container) ->
              config.addPortMappings(
                  PortMapping.newBuilder().setHostPort(host).setContainerPort(container)));
      return config.build();
    }
  }

  /**
   * Describes a pod whose sandbox runs.
   *
   * @param sandbox the id of the sandbox, needed to stop and remove it
   * @param ip the pod's address
   */
  public record Running(Pod pod, String sandbox, String ip) {}

  public Future<Running> run(Pod pod) {
    return runtime
        .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(pod.config()).build())
        .compose(started -> status(pod, started.getPodSandboxId()));
  }

  /**
   * Runs a pod, again and again until it works. A sandbox of the pod that is ready is kept; any
   * other one is removed first.
   *
   * @param patience no attempt begins after it
   */
  public Future<Running> runPatiently(Vertx vertx, Pod pod, Duration patience) {
    return runUntil(vertx, pod, System.nanoTime() + patience.toNanos());
  }

  private Future<Running> runUntil(Vertx vertx, Pod pod, long end) {
    return list()
        .map(all -> all.stream().filter(each -> pod.owns(each.getMetadata())).toList())
        .compose(
            own -> {
              var ready = own.stream().filter(each -> each.getState() == READY).findFirst();
              return ready.isPresent()
                  ? status(pod, ready.get().getId())
                  : Future.join(own.stream().map(each -> remove(each.getId())).toList())
                      .compose(_ -> run(pod));
            })
        .recover(
            failed ->
                System.nanoTime() - end > 0
                    ? Future.failedFuture(failed)
                    : vertx.timer(1, TimeUnit.SECONDS).compose(_ -> runUntil(vertx, pod, end)));
  }

  private Future<Running> status(Pod pod, String sandbox) {
    return runtime
        .podSandboxStatus(PodSandboxStatusRequest.newBuilder().setPodSandboxId(sandbox).build())
        .map(status -> new Running(pod, sandbox, status.getStatus().getNetwork().getIp()));
  }

  /**
   * Starts a container of the test image in the pod.
   *
   * @return the container's id
   */
  public Future<String> start(Running pod, List<String> arguments) {
    return runtime
        .createContainer(
            CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod.sandbox())
                .setSandboxConfig(pod.pod().config())
                .setConfig(
                    ContainerConfig.newBuilder()
                        .setMetadata(
                            ContainerMetadata.newBuilder()
                                .setName("c" + String.join("-", arguments).hashCode()))
                        .setImage(ImageSpec.newBuilder().setImage(TestImage.NAME))
                        .addAllArgs(arguments))
                .build())
        .compose(
            created ->
                runtime
                    .startContainer(
                        StartContainerRequest.newBuilder()
                            .setContainerId(created.getContainerId())
                            .build())
                    .map(created.getContainerId()));
  }

  /** Runs a command in a container to its end and returns what it printed. */
  public Future<String> exec(String container, List<String> command) {
    return runtime
        .execSync(
            ExecSyncRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(command)
                .setTimeout(30)
                .build())
        .map(
            result -> {
              if (result.getExitCode() != 0) {
                throw new IllegalStateException(
                    command
                        + ": exit status "
                        + result.getExitCode()
                        + ": "
                        + result.getStderr().toString(StandardCharsets.UTF_8));
              }
              return result.getStdout().toString(StandardCharsets.UTF_8);
            });
  }

  public Future<Void> remove(Running pod) {
    return remove(pod.sandbox());
  }

  public Future<Void> remove(String sandbox) {
    return runtime
        .stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(sandbox).build())
        .compose(
            _ ->
                runtime.removePodSandbox(
                    RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandbox).build()))
        .mapEmpty();
  }

  public Future<List<PodSandbox>> list() {
    return runtime
        .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
        .map(reply -> reply.getItemsList());
  }

  /** Returns the conditions RuntimeReady and NetworkReady. */
  public Future<List<RuntimeCondition>> conditions() {
    return runtime
        .status(StatusRequest.getDefaultInstance())
        .map(reply -> reply.getStatus().getConditionsList());
  }

  public Future<Void> close() {
    return client.close();
  }
}
