package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.e2e.containerd.Kubelet;
import io.vpccni.e2e.containerd.NodePod;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The node agent as its containers, started and stopped in kubelet's order. */
final class AgentContainers {
  private static final int GRACE_SECONDS = 10;
  private static final Duration START = Duration.ofSeconds(100);

  private final Vertx vertx;
  private final Node node;
  private final RenderedAgent rendered;
  private final NodePod pod;
  private final String agent;
  private final String netProgrammer;

  private AgentContainers(
      Vertx vertx,
      Node node,
      RenderedAgent rendered,
      NodePod pod,
      String agent,
      String netProgrammer) {
    this.vertx = vertx;
    this.node = node;
    this.rendered = rendered;
    this.pod = pod;
    this.agent = agent;
    this.netProgrammer = netProgrammer;
  }

  /**
   * Runs the init container to its end and starts the others, which are ready when this returns.
   */
  static AgentContainers start(
      Vertx vertx, Node node, Kubelet kubelet, RenderedAgent rendered, String name)
      throws Exception {
    for (var volume : rendered.pod().getVolumes()) makeFolder(node, rendered, volume);
    node.run("mkdir", "-p", "/var/log/pods/" + name);
    var pod = await(NodePod.run(kubelet, name, "/var/log/pods/" + name));
    var init = await(pod.start(rendered.config("aws-vpc-cni-init")));
    int exitCode = await(pod.ended(vertx, init));
    if (exitCode != 0) throw new IOException("init: exit code " + exitCode + logs(node, name));
    var agent = await(pod.start(rendered.config("aws-node")));
    var netProgrammer = await(pod.start(rendered.config("net-programmer")));
    var containers = new AgentContainers(vertx, node, rendered, pod, agent, netProgrammer);
    containers.awaitReady(name);
    return containers;
  }

  /** Makes a volume's folder on the node, as kubelet does where a volume's type asks for it. */
  private static void makeFolder(Node node, RenderedAgent rendered, Volume volume)
      throws IOException {
    var host = volume.getHostPath();
    if (volume.getEmptyDir() != null) {
      node.run("install", "-d", "-m", "777", rendered.emptyDirs() + "/" + volume.getName());
    } else if (host != null && "DirectoryOrCreate".equals(host.getType())) {
      node.run("mkdir", "-p", host.getPath());
    }
  }

  private void awaitReady(String name) throws IOException {
    try {
      Wait.until(
          "the probes of the chart succeed", START, this::probesSucceed, () -> logs(node, name));
      node.awaitReady(START);
    } catch (IOException late) {
      throw new IOException(late.getMessage() + logs(node, name), late);
    }
  }

  boolean probesSucceed() throws IOException {
    var agentContainer = rendered.container("aws-node");
    var other = rendered.container("net-programmer");
    return succeeds(agent, agentContainer.getReadinessProbe())
        && succeeds(agent, agentContainer.getLivenessProbe())
        && succeeds(netProgrammer, other.getStartupProbe())
        && succeeds(netProgrammer, other.getLivenessProbe());
  }

  private boolean succeeds(String container, Probe probe) throws IOException {
    return exec(container, probe.getExec().getCommand()).exitCode() == 0;
  }

  private NodePod.Executed exec(String container, List<String> command) throws IOException {
    try {
      return await(pod.exec(container, command));
    } catch (Exception broken) {
      throw new IOException(String.join(" ", command) + ": " + broken.getMessage(), broken);
    }
  }

  NodePod.Executed inAgent(String... command) throws IOException {
    return exec(agent, List.of(command));
  }

  NodePod.Executed inNetProgrammer(String... command) throws IOException {
    return exec(netProgrammer, List.of(command));
  }

  /** Stops both daemons at once, as kubelet does, and removes the pod. */
  void stop() throws Exception {
    var stopping = new ArrayList<Future<Void>>();
    stopping.add(pod.stop(agent, GRACE_SECONDS));
    stopping.add(pod.stop(netProgrammer, GRACE_SECONDS));
    await(Future.join(stopping));
    await(pod.remove());
  }

  /** Returns the ends of the containers' logs for the message of a failure. */
  private static String logs(Node node, String name) {
    var all = new StringBuilder();
    for (var container : List.of("aws-vpc-cni-init", "net-programmer", "aws-node")) {
      var file = node.namespaces().file("/var/log/pods/" + name + "/" + container + ".log");
      try {
        var lines = Files.readAllLines(file);
        all.append("\n--- ").append(container).append('\n');
        all.append(String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
      } catch (IOException none) {
        all.append("\n--- ").append(container).append(": ").append(none);
      }
    }
    return all.toString();
  }
}
