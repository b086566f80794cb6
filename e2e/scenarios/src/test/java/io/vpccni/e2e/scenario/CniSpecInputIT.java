package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.environment;
import static io.vpccni.e2e.scenario.CniNode.fails;
import static io.vpccni.e2e.scenario.CniNode.succeeds;
import static io.vpccni.e2e.scenario.SpecRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.PodNetwork;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The executable on a node with its agent does what the CNI specification 1.1 demands of plugins
 * about what they are given and how they refuse it, one row for each demand. {@link CniSpecIT} has
 * the operations.
 */
@ExtendWith(CniNodeExtension.class)
class CniSpecInputIT {
  private static final List<String> VERBS = List.of("ADD", "DEL", "CHECK", "GC", "STATUS");

  private final CniNode cni;

  CniSpecInputIT(CniNode cni) {
    this.cni = cni;
  }

  @TestFactory
  Stream<DynamicTest> theConfiguration() {
    return Stream.of(
        row("1, name", "a network has one", () -> badName("")),
        row("1, name", "begins with a letter or a digit", () -> badName("-a", ".a", "_a")),
        row("1, name", "has no other characters", () -> badName("a b", "a:b", "a\u00e4", "a\n")),
        row(
            "1, name",
            "nor those that file paths may not have",
            () -> badName("a/b", "a\\b", "..")),
        row("1, name", "all that may be in it", () -> goodConfig("name", "9Net_work.a-b")),
        row("1, other keys; 5, Error 2", "no field is unsupported", this::unknownKeys),
        row("1, versions", "each within a major version is taken", this::versions));
  }

  @TestFactory
  Stream<DynamicTest> theParameters() {
    return Stream.of(
        row("2, CNI_CONTAINERID", "is not empty", () -> wrong("CNI_CONTAINERID", "")),
        row(
            "2, CNI_CONTAINERID",
            "begins with a letter or a digit",
            () -> wrong("CNI_CONTAINERID", "-x", "_x", ".x")),
        row(
            "2, CNI_CONTAINERID",
            "has no other characters",
            () -> wrong("CNI_CONTAINERID", "a/b", "a b", "a:b", "\u00e4")),
        row("2, CNI_CONTAINERID", "all that may be in it", this::anyContainerId),
        row(
            "2, CNI_IFNAME",
            "one that no interface can have is an error",
            () ->
                wrong(
                    "CNI_IFNAME", "", "longer-than-15-b", ".", "..", "a/b", "a:b", "a b", "a\tb")),
        row("2, CNI_IFNAME", "the longest that one can have", this::longestInterfaceName),
        row("2, ADD", "without a required variable", () -> missing("ADD", 3)),
        row("2, DEL", "without a required variable", () -> missing("DEL", 2)),
        row("2, CHECK", "without a required variable", () -> missing("CHECK", 3)),
        row("2, GC", "without a required variable", () -> missing("GC", 0)),
        row("2, ADD, CHECK, DEL", "without the optional CNI_ARGS", this::withoutArgs));
  }

  @TestFactory
  Stream<DynamicTest> theErrors() {
    return Stream.of(
        row("2, Errors", "zero on success, something else on failure", this::exitCodes),
        row("5, Error", "1: a version that we do not speak", this::unknownVersion),
        row("5, Error", "1: a verb that the version does not have", this::tooOld),
        row("5, Error", "from 100: a value that only this plugin refuses", this::badFields),
        row("5, Error", "4: an unknown verb is named", this::unknownVerb),
        row("5, Error", "6: what is no JSON, or no object", this::noJson));
  }

  // ---- the configuration

  private void badName(String... names) throws IOException {
    var pod = cni.sandbox();
    for (var verb : VERBS) {
      for (var name : names) {
        var answer = cni.exec(given(verb, pod), cni.config("1.1.0").put("name", name));
        assertThat(fails(answer, 7).json().getString("msg")).contains("network name");
        assertThat(answer.json().getString("details", "")).isEqualTo(name);
      }
    }
    cni.remove(pod);
  }

  private void goodConfig(String key, Object value) throws IOException {
    var pod = cni.sandbox();
    var config = cni.config("1.1.0").put(key, value);
    var result = cni.added(pod, config).json();
    succeeds(cni.call("CHECK", pod, config.copy().put("prevResult", result)));
    succeeds(cni.call("DEL", pod, config));
    Checks.released(cni.node(), new CniAnswer(0, result.encode(), "").address());
    cni.remove(pod);
  }

  private void unknownKeys() throws IOException {
    goodConfig("keyA", new JsonArray().add("some more").add(new JsonObject().put("x", 1)));
    goodConfig("ipMasq", true);
    goodConfig("args", new JsonObject().put("cni", new JsonObject()));
    goodConfig("cni.dev/later", new JsonObject());
    goodConfig("runtimeConfig", new JsonObject().put("portMappings", new JsonArray()));
  }

  private void versions() throws IOException {
    for (var version : List.of("0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0")) {
      var pod = cni.sandbox();
      var json = cni.added(pod, cni.config(version)).json();
      assertThat(json.getString("cniVersion")).isEqualTo(version);
      assertThat(json.containsKey("interfaces"))
          .as(version)
          .isEqualTo(!version.matches("0.[12].0"));
      succeeds(cni.call("DEL", pod, cni.config(version)));
      cni.remove(pod);
    }
  }

  // ---- the parameters

  private void wrong(String variable, String... values) throws IOException {
    var pod = cni.sandbox();
    for (var verb : List.of("ADD", "DEL", "CHECK")) {
      for (var value : values) {
        var environment = given(verb, pod);
        environment.put(variable, value);
        var answer = fails(cni.exec(environment, cni.config("1.0.0")), 4);
        assertThat(answer.json().getString("msg")).contains(variable);
      }
    }
    assertThat(Checks.allocated(cni.node())).isEmpty();
    cni.remove(pod);
  }

  private void missing(String verb, int about) throws IOException {
    var pod = cni.sandbox();
    var names = List.of("CNI_CONTAINERID", "CNI_IFNAME", "CNI_NETNS").subList(0, about);
    for (var name : names.isEmpty() ? List.of("CNI_PATH") : names) {
      var environment = given(verb, pod);
      environment.remove(name);
      var answer = fails(cni.exec(environment, cni.config("1.1.0")), 4);
      assertThat(answer.json().getString("msg")).contains(name);
    }
    cni.remove(pod);
  }

  private void anyContainerId() throws IOException {
    lives(new PodNetwork("9aZ_.-9aZ_.-9", "", "eth0", "default", "any-id", Map.of()));
  }

  private void longestInterfaceName() throws IOException {
    lives(new PodNetwork("longest-name", "", "fifteen_charact", "default", "any-if", Map.of()));
  }

  private void withoutArgs() throws IOException {
    var pod = cni.sandbox();
    var config = cni.config("1.1.0");
    for (var verb : List.of("ADD", "CHECK", "DEL")) {
      var environment = given(verb, pod);
      environment.remove("CNI_ARGS");
      var answer = succeeds(cni.exec(environment, config));
      if (verb.equals("ADD")) config.put("prevResult", answer.json());
    }
    assertThat(Checks.allocated(cni.node())).isEmpty();
    cni.remove(pod);
  }

  /** Checks that a pod lives which differs from others in its names. */
  private void lives(PodNetwork named) throws IOException {
    var sandbox = cni.sandbox();
    var pod = named.withNetns(sandbox.netns());
    var result = cni.added(pod);
    assertThat(CniNode.inPod(sandbox, "addr show dev " + pod.interfaceName()))
        .contains(result.address() + "/32");
    succeeds(cni.call("CHECK", pod, cni.config("1.1.0").put("prevResult", result.json())));
    succeeds(cni.call("DEL", pod, cni.config("1.1.0")));
    Checks.released(cni.node(), result.address());
    cni.remove(sandbox);
  }

  private static Map<String, String> given(String verb, PodNetwork pod) {
    return new TreeMap<>(
        List.of("GC", "STATUS").contains(verb) ? environment(verb) : pod.environment(verb));
  }

  // ---- the errors

  private void exitCodes() throws IOException {
    var pod = cni.sandbox();
    var config = cni.config("1.1.0");
    for (var verb : VERBS) {
      var answer = cni.node().runtime().exec(CniNode.PLUGIN, given(verb, pod), "{");
      assertThat(answer.exitCode()).as("%s: %s", verb, answer).isEqualTo(1);
    }
    config.put("prevResult", cni.added(pod, config).json());
    config.put(
        "cni.dev/valid-attachments",
        new JsonArray()
            .add(new JsonObject().put("containerID", pod.containerId()).put("ifname", "eth0")));
    for (var verb : List.of("STATUS", "GC", "CHECK", "DEL")) {
      assertThat(succeeds(cni.exec(given(verb, pod), config)).stdout()).as(verb).isEmpty();
    }
    cni.remove(pod);
  }

  private void unknownVersion() throws IOException {
    var pod = cni.sandbox();
    for (var verb : VERBS) {
      for (var version : List.of("9.9.9", "1.2.0", "x")) {
        fails(cni.exec(given(verb, pod), cni.config(version)), 1);
      }
    }
    cni.remove(pod);
  }

  private void tooOld() throws IOException {
    var pod = cni.sandbox();
    var since = new HashMap<>(Map.of("CHECK", "0.3.1", "GC", "1.0.0", "STATUS", "1.0.0"));
    for (var verb : since.entrySet()) {
      fails(cni.exec(given(verb.getKey(), pod), cni.config(verb.getValue())), 1);
    }
    cni.remove(pod);
  }

  private void badFields() throws IOException {
    var pod = cni.sandbox();
    var mtu = fails(cni.call("ADD", pod, cni.config("1.1.0").put("mtu", 9001)), 999);
    assertThat(mtu.json().getString("msg")).contains("mtu");
    var prefix = fails(cni.call("ADD", pod, cni.config("1.1.0").put("vethPrefix", "eniii")), 999);
    assertThat(prefix.json().getString("msg")).contains("VethPrefix");
    assertThat(Checks.allocated(cni.node())).isEmpty();
    cni.remove(pod);
  }

  private void unknownVerb() throws IOException {
    var pod = cni.sandbox();
    var answer = fails(cni.call("ATTACH", pod, cni.config("1.0.0")), 4);
    assertThat(answer.json().getString("msg")).contains("CNI_COMMAND", "ATTACH");
    cni.remove(pod);
  }

  private void noJson() throws IOException {
    var pod = cni.sandbox();
    for (var verb : VERBS) {
      for (var stdin : List.of("", "{", "[]", "\"text\"", "{\"name\": }")) {
        fails(cni.node().runtime().exec(CniNode.PLUGIN, given(verb, pod), stdin), 6);
      }
    }
    cni.remove(pod);
  }
}
