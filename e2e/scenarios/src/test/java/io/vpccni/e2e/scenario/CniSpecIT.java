package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.atOnce;
import static io.vpccni.e2e.scenario.CniNode.inPod;
import static io.vpccni.e2e.scenario.CniNode.succeeds;
import static io.vpccni.e2e.scenario.SpecRow.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.PodNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The executable on a node with its agent does what the CNI specification 1.1 demands of plugins
 * about attachments, one row for each demand. {@link CniSpecInputIT} has the demands about what
 * plugins are given, {@link CniSpecNodeIT} those about no attachment.
 */
@ExtendWith(CniNodeExtension.class)
class CniSpecIT {
  private final CniNode cni;

  CniSpecIT(CniNode cni) {
    this.cni = cni;
  }

  @TestFactory
  Stream<DynamicTest> attachments() {
    return Stream.of(
        row("2, ADD", "the result is on standard output", this::addAnswers),
        row("2, ADD; 5, ADD", "a previous result is handed on with ours", this::addsToThePrevious),
        row("2, ADD", "an interface of that name is an error", this::interfaceIsThere),
        row("2, DEL", "again and again succeeds", this::deletesTwice),
        row("2, DEL", "of what was never added succeeds", this::deletesTheUnknown),
        row("2, DEL", "without the interface succeeds", this::deletesWithoutInterface),
        row("2, DEL", "without a namespace succeeds", this::deletesWithoutNetns),
        row("2, DEL", "with a previous result, an empty one and none", this::deletesByPrevious),
        row("2, CHECK", "right after ADD, with a later plugin's route", this::checks),
        row("2, CHECK", "the previous result is consulted", this::checksThePrevious),
        row("2, CHECK", "a missing route of ours is an error", this::checksRoutes),
        row("2, CHECK", "of what was never added is an error", this::checksTheUnknown),
        row("3", "other containers at the same time", this::parallel),
        row("5, ADD", "the interfaces, the addresses and to which they belong", this::describes),
        row("5, ADD", "the version of the result is that of the request", this::shapes),
        row("5, ADD", "without a change, the result equals the previous", this::passesOn));
  }

  // ---- ADD

  private void addAnswers() throws IOException {
    var pod = cni.sandbox();
    var answer = cni.added(pod);
    assertThat(answer.json().getString("cniVersion")).isEqualTo("1.1.0");
    assertThat(Checks.pings(cni.node(), answer.address())).isTrue();
    cni.end(pod);
  }

  private void addsToThePrevious() throws IOException {
    var pod = cni.sandbox();
    var before = previous(pod);
    var result = cni.added(pod, cni.config("1.1.0").put("prevResult", before)).json();
    var links = result.getJsonArray("interfaces");
    var ips = result.getJsonArray("ips");
    assertThat(links.getJsonObject(0))
        .isEqualTo(before.getJsonArray("interfaces").getJsonObject(0));
    assertThat(ips.getJsonObject(0)).isEqualTo(before.getJsonArray("ips").getJsonObject(0));
    assertThat(result.getJsonArray("routes")).isEqualTo(before.getJsonArray("routes"));
    assertThat(result.getJsonObject("dns")).isEqualTo(before.getJsonObject("dns"));
    assertThat(ips).hasSize(2);
    var own = ips.getJsonObject(1);
    assertThat(links.getJsonObject(own.getInteger("interface")).getString("name"))
        .isEqualTo("eth0");
    succeeds(cni.call("CHECK", pod, cni.config("1.1.0").put("prevResult", result)));
    succeeds(cni.call("DEL", pod, cni.config("1.1.0").put("prevResult", result)));
    assertThat(Checks.allocated(cni.node())).isEmpty();
    cni.remove(pod);
  }

  /** Returns the result of a plugin that precedes ours in a chain. */
  private static JsonObject previous(PodNetwork pod) {
    var link = new JsonObject().put("name", "ext0").put("sandbox", pod.netns());
    var ip = new JsonObject().put("address", "192.0.2.5/24").put("interface", 0);
    return new JsonObject()
        .put("cniVersion", "1.1.0")
        .put("interfaces", new JsonArray().add(link))
        .put("ips", new JsonArray().add(ip))
        .put("routes", new JsonArray().add(new JsonObject().put("dst", "198.51.100.0/24")))
        .put("dns", new JsonObject().put("nameservers", new JsonArray().add("192.0.2.53")));
  }

  private void interfaceIsThere() throws IOException {
    var pod = cni.sandbox();
    inPod(pod, "link add name eth0 type veth");
    var before = Checks.allocated(cni.node());
    var answer = cni.call("ADD", pod, cni.config("1.0.0"));
    assertThat(answer.exitCode()).as("%s", answer).isNotZero();
    assertThat(Checks.allocated(cni.node())).isEqualTo(before);
    cni.remove(pod);
  }

  private void describes() throws IOException {
    var pod = cni.sandbox();
    var result = cni.added(pod).json();
    var links = result.getJsonArray("interfaces");
    var ip = result.getJsonArray("ips").getJsonObject(0);
    assertThat(result.getJsonArray("ips")).hasSize(1);
    assertThat(ip.getString("address")).endsWith("/32");
    var container = links.getJsonObject(ip.getInteger("interface"));
    assertThat(container.getString("name")).isEqualTo(pod.interfaceName());
    assertThat(container.getString("sandbox")).isEqualTo(pod.netns());
    assertThat(inPod(pod, "-o addr show dev eth0")).contains(ip.getString("address"));
    var host = links.getJsonObject(0);
    assertThat(host.getString("sandbox", "")).isEmpty();
    assertThat(cni.node().run("ip", "-o", "link", "show", host.getString("name"))).isNotEmpty();
    cni.end(pod);
  }

  private void shapes() throws IOException {
    for (var version : List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0")) {
      var pod = cni.sandbox();
      var json = cni.added(pod, cni.config(version)).json();
      assertThat(json.getString("cniVersion")).isEqualTo(version);
      var ip = json.getJsonArray("ips").getJsonObject(0);
      assertThat(ip.containsKey("version")).as(version).isEqualTo(version.startsWith("0."));
      cni.end(pod);
    }
  }

  private void passesOn() throws IOException {
    var pod = cni.sandbox();
    var result = cni.added(pod).json();
    var config = cni.config("1.1.0").put("prevResult", result).encode();
    var answer = cni.node().runtime().exec("egress-cni", pod.environment("ADD"), config);
    assertThat(answer.json()).isEqualTo(result);
    cni.end(pod);
  }

  // ---- DEL

  private void deletesTwice() throws IOException {
    var pod = cni.sandbox();
    cni.added(pod);
    for (int i = 0; i < 3; i++) succeeds(cni.call("DEL", pod, cni.config("1.0.0")));
    cni.remove(pod);
  }

  private void deletesTheUnknown() throws IOException {
    var pod = cni.sandbox();
    assertThat(succeeds(cni.call("DEL", pod, cni.config("1.1.0"))).stdout()).isEmpty();
    cni.remove(pod);
  }

  private void deletesWithoutInterface() throws IOException {
    var pod = cni.sandbox();
    var ip = cni.added(pod).address();
    inPod(pod, "link del eth0");
    succeeds(cni.call("DEL", pod, cni.config("1.1.0")));
    Checks.released(cni.node(), ip);
    cni.remove(pod);
  }

  private void deletesWithoutNetns() throws IOException {
    var pod = cni.sandbox();
    var ip = cni.added(pod).address();
    cni.remove(pod);
    succeeds(cni.call("DEL", pod.withNetns(""), cni.config("1.0.0")));
    Checks.released(cni.node(), ip);
  }

  private void deletesByPrevious() throws IOException {
    for (int i = 0; i < 3; i++) {
      var pod = cni.sandbox();
      var result = cni.added(pod);
      var config = cni.config("1.1.0");
      if (i > 0) config.put("prevResult", i == 1 ? new JsonObject() : result.json());
      succeeds(cni.call("DEL", pod, config));
      Checks.released(cni.node(), result.address());
      cni.remove(pod);
    }
  }

  // ---- CHECK

  private void checks() throws IOException {
    var pod = cni.sandbox();
    var config = cni.config("1.0.0");
    config.put("prevResult", cni.added(pod, config).json());
    succeeds(cni.call("CHECK", pod, config));
    inPod(pod, "route add blackhole 192.0.2.0/24");
    inPod(pod, "address add 192.0.2.1/32 dev lo");
    succeeds(cni.call("CHECK", pod, config));
    cni.end(pod);
  }

  private void checksThePrevious() throws IOException {
    var pod = cni.sandbox();
    var result = cni.added(pod).json();
    result.getJsonArray("ips").getJsonObject(0).put("address", "10.9.9.9/32");
    var answer = cni.call("CHECK", pod, cni.config("1.0.0").put("prevResult", result));
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.stdout()).contains("10.9.9.9");
    cni.end(pod);
  }

  private void checksRoutes() throws IOException {
    var pod = cni.sandbox();
    var config = cni.config("1.0.0").put("prevResult", cni.added(pod).json());
    inPod(pod, "route del default");
    var answer = cni.call("CHECK", pod, config);
    assertThat(answer.exitCode()).as("%s", answer).isNotZero();
    assertThat(answer.stdout()).contains("route");
    cni.end(pod);
  }

  private void checksTheUnknown() throws IOException {
    var pod = cni.sandbox();
    var answer = cni.call("CHECK", pod, cni.config("1.1.0").put("prevResult", previous(pod)));
    assertThat(answer.exitCode()).as("%s", answer).isNotZero();
    cni.remove(pod);
  }

  private void parallel() throws Exception {
    var before = PodTraces.of(cni.node());
    var pods = new ArrayList<PodNetwork>();
    for (int i = 0; i < 16; i++) pods.add(cni.sandbox());
    var answers = atOnce(pods.stream().map(pod -> cni.calling("ADD", pod)).toList());
    assertThat(answers.stream().map(CniAnswer::address).distinct()).hasSize(16);
    atOnce(pods.stream().map(pod -> cni.calling("DEL", pod)).toList()).forEach(CniNode::succeeds);
    for (var pod : pods) cni.remove(pod);
    before.awaitOn(cni.node());
  }
}
