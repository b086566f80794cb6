package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Futures.await;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.e2e.containerd.Containerd;
import io.vpccni.e2e.containerd.Kubelet;
import io.vpccni.e2e.containerd.Kubelet.Pod;
import io.vpccni.e2e.containerd.Kubelet.Running;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Two nodes with their agents, each with a containerd and a kubelet that talks to it. */
final class ContainerdNodes {
  private static final Path SOURCE = Path.of("src/main/c/pod.c").toAbsolutePath();

  /** It has the native transport, which the parameter of vertx-junit5 lacks. */
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  private final Teardown teardown = new Teardown();
  private final Testbed testbed;
  private final List<Containerd> runtimes = new ArrayList<>();
  private final List<Kubelet> kubelets = new ArrayList<>();

  /**
   * Starts everything.
   *
   * @param folder for the runtimes' configurations, images and logs
   */
  ContainerdNodes(Path folder) throws Exception {
    var settings =
        TestbedSettings.of(2, "m5.xlarge", Path.of("target/testbed-logs/containerd"))
            .with("ENABLE_BANDWIDTH_PLUGIN", "true")
            .with("DISABLE_POD_V6", "true")
            .with("IP_COOLDOWN_PERIOD", "1");
    Runtime.getRuntime().addShutdownHook(new Thread(teardown::close));
    testbed = new Testbed(settings, teardown);
    testbed.startAgents();
    for (var node : testbed.nodes()) {
      var enter = node.namespaces().enter();
      var runtime = Containerd.start(enter, SOURCE, folder.resolve(node.name()));
      runtimes.add(runtime);
      kubelets.add(new Kubelet(vertx, runtime.socket()));
    }
  }

  Vertx vertx() {
    return vertx;
  }

  Node here() {
    return testbed.nodes().get(0);
  }

  Node there() {
    return testbed.nodes().get(1);
  }

  /** Returns the kubelet of a node: 0 is here, 1 is there. */
  Kubelet kubelet(int node) {
    return kubelets.get(node);
  }

  /** Returns the runtime of the first node. */
  Containerd runtime() {
    return runtimes.getFirst();
  }

  void killRuntime() throws Exception {
    runtime().kill();
    await(kubelets.removeFirst().close());
  }

  void startRuntimeAgain() throws Exception {
    runtime().startAgain();
    kubelets.addFirst(new Kubelet(vertx, runtime().socket()));
  }

  boolean runs(Pod pod) throws Exception {
    try {
      await(kubelet(0).run(pod));
      return true;
    } catch (ExecutionException refused) {
      return false;
    }
  }

  /** Runs a pod as kubelet does, which tries again until it works. */
  Running runAgainUntilItWorks(Pod pod) throws Exception {
    var running = new ArrayList<Running>();
    Wait.until(
        pod.name() + " runs",
        Duration.ofSeconds(30),
        () -> {
          try {
            running.add(await(kubelet(0).run(pod)));
          } catch (ExecutionException notYet) {
            return false;
          } catch (Exception broken) {
            throw new IOException(broken);
          }
          return true;
        });
    return running.getFirst();
  }

  /** Returns what a server of the test image, which may just be starting, answers a node. */
  static String ask(Node from, String ip, int port) throws IOException {
    var answer = new StringBuilder();
    var command = "exec 3<>/dev/tcp/" + ip + "/" + port + " && cat <&3";
    Wait.until(
        from.name() + " reaches " + ip + ":" + port,
        Duration.ofSeconds(20),
        () -> {
          try {
            answer.append(from.run("timeout", "10", "bash", "-c", command));
            return true;
          } catch (IOException notYet) {
            return false;
          }
        });
    return answer.toString().strip();
  }

  void removePods() throws Exception {
    for (var kubelet : kubelets) {
      for (var sandbox : await(kubelet.list())) {
        await(kubelet.remove(sandbox.getId()).otherwiseEmpty());
      }
    }
  }

  void close() throws Exception {
    runtimes.forEach(Containerd::close);
    await(vertx.close());
    teardown.close();
  }
}
