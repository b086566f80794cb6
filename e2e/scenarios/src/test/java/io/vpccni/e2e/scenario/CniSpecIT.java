package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.podman.Podman;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.CniRuntime;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the CNI specification 1.1 demands of plugins, one row each, against the executable on a node
 * with its agent; and calls that come in a bad order or end half-way.
 */
class CniSpecIT {
  private static final String PLUGIN = "aws-cni";
  private static final Teardown TEARDOWN = new Teardown();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static Testbed testbed;
  private static Node node;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Runtime.getRuntime().addShutdownHook(new Thread(TEARDOWN::close));
    var settings =
        TestbedSettings.of(1, "m5.4xlarge", Path.of("target/testbed-logs/cni"))
            .with("IP_COOLDOWN_PERIOD", "0");
    testbed = new Testbed(settings, TEARDOWN);
    testbed.startAgents();
    node = testbed.nodes().getFirst();
  }

  @AfterAll
  static void stop() {
    TEARDOWN.close();
  }

  private interface Rule {
    void check() throws Exception;
  }

  private static DynamicTest row(String section, String rule, Rule check) {
    return dynamicTest("section " + section + ": " + rule, check::check);
  }

  @TestFactory
  Stream<DynamicTest> thePluginDoesWhatTheSpecificationDemands() {
    return Stream.of(
        row(
            "2, Parameters",
            "an empty container id is an error",
            () -> wrong("CNI_CONTAINERID", "")),
        row(
            "2, Parameters",
            "a container id starts with a letter or a digit",
            () -> wrong("CNI_CONTAINERID", "-x")),
        row(
            "2, Parameters",
            "a container id has no other characters",
            () -> wrong("CNI_CONTAINERID", "a/b")),
        row(
            "2, Parameters",
            "an interface name that cannot be is an error",
            () -> wrong("CNI_IFNAME", "longer-than-15-chars")),
        row("2, Errors", "an unknown verb fails", () -> wrong("CNI_COMMAND", "ATTACH")),
        row("2, ADD", "the result is on standard output", CniSpecIT::addAnswers),
        row("2, ADD", "an interface of that name is an error", CniSpecIT::interfaceIsThere),
        row("2, ADD", "a chained name passes the result on", CniSpecIT::passesOn),
        row("2, DEL", "again and again succeeds", CniSpecIT::deletesTwice),
        row("2, DEL", "without a namespace succeeds", CniSpecIT::deletesWithoutNetns),
        row("2, CHECK", "right after ADD, with a later plugin's route", CniSpecIT::checks),
        row("2, CHECK", "the previous result is consulted", CniSpecIT::checksThePrevious),
        row("2, CHECK", "a missing route of ours is an error", CniSpecIT::checksRoutes),
        row("2, STATUS", "zero when an ADD would be served", CniSpecIT::statusIsReady),
        row("2, STATUS", "not zero when it would not", CniSpecIT::statusIsNotReady),
        row("2, VERSION", "the versions, without the agent's help", CniSpecIT::versions),
        row("2, GC", "removes what is not valid, and says nothing", CniSpecIT::collects),
        row("3", "other containers at the same time", CniSpecIT::parallel),
        row("5, ADD", "the version of the result is that of the request", CniSpecIT::shapes),
        row("5, Error", "1: a version that we do not speak", () -> error("cniVersion", "9.9.9", 1)),
        row("5, Error", "6: what is no JSON", CniSpecIT::noJson),
        row("5, Error", "7: a network without a name", () -> error("name", "", 7)));
  }

  // ---- the rows

  private static void wrong(String variable, String value) throws IOException {
    var pod = sandbox();
    var environment = CniRuntime.environment(pod, "ADD");
    environment.put(variable, value);
    var answer = node.runtime().exec(PLUGIN, environment, config("1.0.0").encode());
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.code()).as("%s", answer).isEqualTo(4);
    assertThat(answer.json().getString("msg")).contains(variable);
    testbed.pods().removeNamespace(pod);
  }

  private static void addAnswers() throws IOException {
    var pod = sandbox();
    var answer = added(pod, "1.1.0");
    assertThat(answer.json().getString("cniVersion")).isEqualTo("1.1.0");
    assertThat(answer.json().getJsonArray("interfaces").encode()).contains("eth0", pod.netns());
    assertThat(answer.json().getJsonArray("ips").getJsonObject(0).getInteger("interface"))
        .isEqualTo(1);
    end(pod);
  }

  private static void interfaceIsThere() throws IOException {
    var pod = sandbox();
    var in = List.of("ip", "-n", pod.netns().replace("/run/netns/", ""));
    Tool.run(List.of(), words(in, "link", "add", "name", "eth0", "type", "veth"));
    var before = Checks.allocated(node);
    var answer = call("ADD", pod, config("1.0.0"));
    assertThat(answer.exitCode()).as("%s", answer).isNotZero();
    assertThat(Checks.allocated(node)).isEqualTo(before);
    testbed.pods().removeNamespace(pod);
  }

  private static void passesOn() throws IOException {
    var pod = sandbox();
    var result = added(pod, "1.0.0").json();
    var answer =
        node.runtime()
            .exec(
                "egress-cni",
                pod.environment("ADD"),
                config("1.0.0").put("prevResult", result).encode());
    assertThat(answer.json()).isEqualTo(result);
    end(pod);
  }

  private static void deletesTwice() throws IOException {
    var pod = sandbox();
    added(pod, "1.0.0");
    for (int i = 0; i < 3; i++) succeeds(call("DEL", pod, config("1.0.0")));
    testbed.pods().removeNamespace(pod);
  }

  private static void deletesWithoutNetns() throws IOException {
    var pod = sandbox();
    var ip = added(pod, "1.0.0").address();
    testbed.pods().removeNamespace(pod);
    succeeds(call("DEL", pod.withNetns(""), config("1.0.0")));
    Checks.released(node, ip);
  }

  private static void checks() throws IOException {
    var pod = sandbox();
    var config = config("1.0.0").put("prevResult", added(pod, "1.0.0").json());
    succeeds(call("CHECK", pod, config));
    var in = List.of("ip", "-n", pod.netns().replace("/run/netns/", ""));
    Tool.run(List.of(), words(in, "route", "add", "blackhole", "192.0.2.0/24"));
    succeeds(call("CHECK", pod, config));
    end(pod);
  }

  private static void checksThePrevious() throws IOException {
    var pod = sandbox();
    var result = added(pod, "1.0.0").json();
    result.getJsonArray("ips").getJsonObject(0).put("address", "10.9.9.9/32");
    var answer = call("CHECK", pod, config("1.0.0").put("prevResult", result));
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.stdout()).contains("10.9.9.9");
    end(pod);
  }

  private static void checksRoutes() throws IOException {
    var pod = sandbox();
    var config = config("1.0.0").put("prevResult", added(pod, "1.0.0").json());
    var in = List.of("ip", "-n", pod.netns().replace("/run/netns/", ""));
    Tool.run(List.of(), words(in, "route", "del", "default"));
    var answer = call("CHECK", pod, config);
    assertThat(answer.exitCode()).as("%s", answer).isNotZero();
    assertThat(answer.stdout()).contains("route");
    end(pod);
  }

  private static void statusIsReady() throws IOException {
    var answer = status();
    assertThat(answer.exitCode()).as("%s", answer).isZero();
    assertThat(answer.stdout()).isEmpty();
  }

  private static void statusIsNotReady() throws IOException {
    node.netProgrammer().kill();
    try {
      waitFor("STATUS says no", () -> status().exitCode() != 0);
      assertThat(status().code()).isIn(50, 51);
    } finally {
      node.netProgrammer().startAgain();
    }
    waitFor("STATUS says yes again", () -> status().succeeded());
  }

  private static void versions() throws IOException {
    for (var asked : List.of("0.4.0", "1.1.0")) {
      var stdin = new JsonObject().put("cniVersion", asked).encode();
      var answer = node.runtime().exec(PLUGIN, Map.of("CNI_COMMAND", "VERSION"), stdin);
      assertThat(answer.json().getString("cniVersion")).isEqualTo(asked);
      assertThat(answer.json().getJsonArray("supportedVersions")).contains("0.4.0", "1.1.0");
    }
  }

  private static void collects() throws IOException {
    var keeps = sandbox();
    var loses = sandbox();
    var kept = added(keeps, "1.1.0").address();
    var lost = added(loses, "1.1.0").address();
    testbed.pods().removeNamespace(loses);
    collect(List.of(keeps));
    Checks.released(node, lost);
    assertThat(Checks.allocated(node)).containsExactly(kept.toString());
    assertThat(Checks.pings(node, kept)).isTrue();
    end(keeps);
  }

  private static void parallel() throws Exception {
    var before = Machines.Traces.of(node);
    var pods = new ArrayList<PodNetwork>();
    for (int i = 0; i < 16; i++) pods.add(sandbox());
    var answers = atOnce(pods.stream().map(pod -> calling("ADD", pod)).toList());
    assertThat(answers.stream().map(CniAnswer::address).distinct()).hasSize(16);
    atOnce(pods.stream().map(pod -> calling("DEL", pod)).toList()).forEach(CniSpecIT::succeeds);
    for (var pod : pods) testbed.pods().removeNamespace(pod);
    Machines.leftNothing(node, before);
  }

  private static void shapes() throws IOException {
    for (var version : List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0")) {
      var pod = sandbox();
      var json = added(pod, version).json();
      assertThat(json.getString("cniVersion")).isEqualTo(version);
      var ip = json.getJsonArray("ips").getJsonObject(0);
      assertThat(ip.containsKey("version")).as(version).isEqualTo(version.startsWith("0."));
      end(pod);
    }
  }

  private static void error(String key, String value, int code) throws IOException {
    var pod = sandbox();
    var answer = call("ADD", pod, config("1.0.0").put(key, value));
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.code()).as("%s", answer).isEqualTo(code);
    assertThat(answer.json().getString("msg")).isNotBlank();
    testbed.pods().removeNamespace(pod);
  }

  private static void noJson() throws IOException {
    var pod = sandbox();
    var answer = node.runtime().exec(PLUGIN, pod.environment("ADD"), "{");
    assertThat(answer.code()).as("%s", answer).isEqualTo(6);
    testbed.pods().removeNamespace(pod);
  }

  // ---- calls in a bad order

  @Test
  void addsAndDeletionsOfOnePodAtTheSameTimeEndInWhatTheLastDeletionSays() throws Exception {
    var before = Machines.Traces.of(node);
    var pod = sandbox();
    var calls = new ArrayList<Callable<CniAnswer>>();
    for (int i = 0; i < 8; i++) calls.add(calling(i % 2 == 0 ? "ADD" : "DEL", pod));
    for (var answer : atOnce(calls)) {
      assertThat(answer.succeeded() || answer.code() == 11).as("%s", answer).isTrue();
      // That would be the executable, tired of waiting.
      assertThat(answer.stdout()).doesNotContain("node agent:");
    }
    succeeds(call("DEL", pod, config("1.0.0")));
    testbed.pods().removeNamespace(pod);
    Machines.leftNothing(node, before);
  }

  @Test
  void afterExecsKilledAtRandomTimesOnlyLivingPodsHoldAddresses() throws Exception {
    var random = new Random(7);
    var before = Machines.Traces.of(node);
    var pods = new ArrayList<PodNetwork>();
    var delays = new ArrayList<Integer>();
    for (int i = 0; i < 200; i++) {
      pods.add(sandbox());
      // Some live and some die on machines of any speed.
      delays.add(i % 5 == 0 ? 30_000_000 : i % 5 == 1 ? 0 : random.nextInt(300_000));
    }
    var outcomes =
        atOnce(
            IntStream.range(0, 200)
                .mapToObj(i -> (Callable<Boolean>) () -> killed(pods.get(i), delays.get(i)))
                .toList());
    assertThat(outcomes).contains(true, false);
    var alive = new ArrayList<PodNetwork>();
    for (int i = 0; i < 200; i++) {
      // What a runtime does with a pod whose ADD it did not see succeed: the sandbox goes.
      if (outcomes.get(i)) testbed.pods().removeNamespace(pods.get(i));
      else alive.add(pods.get(i));
    }
    collect(alive);
    var held = new TreeSet<String>();
    for (var pod : alive) held.add(call("ADD", pod, config("1.0.0")).address().toString());
    waitFor("addresses used are those of living pods", () -> held.equals(Checks.allocated(node)));
    for (var pod : alive) end(pod);
    Machines.leftNothing(node, before);
  }

  /** Whether the call was killed before it said that it had succeeded. */
  private static boolean killed(PodNetwork pod, int micros) throws Exception {
    var start = new ProcessBuilder(node.place().command(List.of("/opt/cni/bin/" + PLUGIN)));
    start.environment().clear();
    start.environment().putAll(pod.environment("ADD"));
    var process = start.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = process.getOutputStream()) {
      in.write(config("1.0.0").encode().getBytes(StandardCharsets.UTF_8));
    }
    boolean ended = process.waitFor(micros, TimeUnit.MICROSECONDS);
    if (!ended) process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
    return process.exitValue() != 0;
  }

  // ---- another runtime

  @Test
  void podmanRunsAContainerAndLeavesNothing(@TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "needs podman");
    var before = Machines.Traces.of(node);
    var source = Path.of("src/main/c/pod.c").toAbsolutePath();
    try (var podman = Podman.start(node.place().enter(), source, folder)) {
      var ip = podman.run("aws-cni", "with-podman", List.of("serve", "80"));
      assertThat(Checks.allocated(node)).contains(ip);
      assertThat(Checks.pings(node, Ip.parse(ip))).isTrue();
      podman.remove("with-podman");
    }
    Machines.leftNothing(node, before);
  }

  // ---- vocabulary

  private static PodNetwork sandbox() throws IOException {
    return testbed.pods().sandbox("cni-" + NUMBER.incrementAndGet());
  }

  private static JsonObject config(String version) throws IOException {
    return node.runtime().config().put("cniVersion", version);
  }

  private static CniAnswer call(String verb, PodNetwork pod, JsonObject config) throws IOException {
    return node.runtime().exec(PLUGIN, pod.environment(verb), config.encode());
  }

  private static Callable<CniAnswer> calling(String verb, PodNetwork pod) {
    return () -> call(verb, pod, config("1.0.0"));
  }

  private static CniAnswer added(PodNetwork pod, String version) throws IOException {
    var answer = call("ADD", pod, config(version));
    succeeds(answer);
    return answer;
  }

  private static void end(PodNetwork pod) throws IOException {
    succeeds(call("DEL", pod, config("1.0.0")));
    testbed.pods().removeNamespace(pod);
  }

  private static void collect(List<PodNetwork> valid) throws IOException {
    var list = new JsonArray();
    for (var pod : valid) {
      list.add(new JsonObject().put("containerID", pod.containerId()).put("ifname", "eth0"));
    }
    var answer =
        node.runtime()
            .exec(
                PLUGIN,
                Map.of("CNI_COMMAND", "GC", "CNI_PATH", "/opt/cni/bin"),
                config("1.1.0").put("cni.dev/valid-attachments", list).encode());
    succeeds(answer);
    assertThat(answer.stdout()).isEmpty();
  }

  private static CniAnswer status() throws IOException {
    return node.runtime()
        .exec(
            PLUGIN,
            Map.of("CNI_COMMAND", "STATUS", "CNI_PATH", "/opt/cni/bin"),
            config("1.1.0").encode());
  }

  private static void succeeds(CniAnswer answer) {
    assertThat(answer.exitCode()).as("%s", answer).isZero();
  }

  private static void waitFor(String what, Wait.Check check) throws IOException {
    Wait.until(what, Checks.PATIENCE, check);
  }

  private static String[] words(List<String> first, String... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toArray(String[]::new);
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls)
      throws InterruptedException, ExecutionException {
    var answers = new ArrayList<T>();
    try (var pool = Executors.newFixedThreadPool(16)) {
      for (var answer : pool.invokeAll(calls)) answers.add(answer.get());
    }
    return answers;
  }
}
