package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A node with its agent, and a runtime that executes the plugin there as a test likes. */
record CniNode(Testbed testbed) {
  static final String PLUGIN = "aws-cni";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  Node node() {
    return testbed.nodes().getFirst();
  }

  PodNetwork sandbox() throws IOException {
    return testbed.pods().sandbox("cni-" + NUMBER.incrementAndGet());
  }

  void remove(PodNetwork pod) throws IOException {
    testbed.pods().removeNamespace(pod);
  }

  JsonObject config(String version) throws IOException {
    return node().runtime().config().put("cniVersion", version);
  }

  CniAnswer call(String verb, PodNetwork pod, JsonObject config) throws IOException {
    return exec(pod.environment(verb), config);
  }

  CniAnswer exec(Map<String, String> environment, JsonObject config) throws IOException {
    return node().runtime().exec(PLUGIN, environment, config.encode());
  }

  Callable<CniAnswer> calling(String verb, PodNetwork pod) {
    return () -> call(verb, pod, config("1.0.0"));
  }

  /**
   * Adds a pod with the reference's configuration in the version that the newest runtimes choose.
   */
  CniAnswer added(PodNetwork pod) throws IOException {
    return added(pod, config("1.1.0"));
  }

  CniAnswer added(PodNetwork pod, JsonObject config) throws IOException {
    return succeeds(call("ADD", pod, config));
  }

  void end(PodNetwork pod) throws IOException {
    succeeds(call("DEL", pod, config("1.0.0")));
    remove(pod);
  }

  CniAnswer collect(List<PodNetwork> valid) throws IOException {
    var list = new JsonArray();
    for (var pod : valid) {
      list.add(
          new JsonObject()
              .put("containerID", pod.containerId())
              .put("ifname", pod.interfaceName()));
    }
    return succeeds(
        exec(environment("GC"), config("1.1.0").put("cni.dev/valid-attachments", list)));
  }

  CniAnswer status() throws IOException {
    return exec(environment("STATUS"), config("1.1.0"));
  }

  /** Returns the environment of a call that is about no attachment. */
  static Map<String, String> environment(String verb) {
    return Map.of("CNI_COMMAND", verb, "CNI_PATH", "/opt/cni/bin");
  }

  static CniAnswer succeeds(CniAnswer answer) {
    assertThat(answer.exitCode()).as("%s", answer).isZero();
    return answer;
  }

  /** Checks that the answer is an error object with this code on standard output. */
  static CniAnswer fails(CniAnswer answer, int code) {
    assertThat(answer.exitCode()).as("%s", answer).isNotZero();
    assertThat(answer.code()).as("%s", answer).isEqualTo(code);
    assertThat(answer.json().getString("msg")).isNotBlank();
    return answer;
  }

  /** Returns what {@code ip} prints in the pod. */
  static String inPod(PodNetwork pod, String command) throws IOException {
    var words = new ArrayList<>(List.of("ip", "-n", Path.of(pod.netns()).getFileName().toString()));
    words.addAll(List.of(command.split(" ", -1)));
    return Tool.run(List.of(), words.toArray(String[]::new));
  }

  static void waitFor(String what, Wait.Check check) throws IOException {
    Wait.until(what, Checks.PATIENCE, check);
  }

  static <T> List<T> atOnce(List<Callable<T>> calls)
      throws InterruptedException, ExecutionException {
    var answers = new ArrayList<T>();
    try (var pool = Executors.newFixedThreadPool(16)) {
      for (var answer : pool.invokeAll(calls)) answers.add(answer.get());
    }
    return answers;
  }
}
