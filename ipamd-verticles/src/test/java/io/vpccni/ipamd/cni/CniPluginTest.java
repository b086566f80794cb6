package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.cni.Calls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The verbs that are about the whole node, the egress plugin, and calls that come too early. */
class CniPluginTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();

  private Calls calls() {
    return new Calls(bus.vertx(), node);
  }

  private CniAnswer egress(CniRequest request) {
    return calls().call(new CniRequest("egress-cni", request.env(), request.stdin()));
  }

  @Test
  void gcReleasesWhatTheRuntimeNoLongerKnows() {
    var calls = calls();
    calls.call("ADD", "a");
    calls.call("ADD", "b");
    var valid = ",\"cni.dev/valid-attachments\":[{\"containerID\":\"a\",\"ifname\":\"eth0\"}]";
    assertThat(calls.call("GC", "x", valid).exitCode()).isZero();
    assertThat(node.held.keySet()).extracting(held -> held.containerId()).containsExactly("a");
  }

  @Test
  void gcWithoutAListReleasesNothing() {
    var calls = calls();
    calls.call("ADD", "a");
    calls.call("GC", "x");
    assertThat(node.held).hasSize(1);
  }

  @Test
  void statusSaysWhyAnAddWouldFail() {
    var gate = Calls.gate(bus.vertx(), true);
    var calls = new Calls(bus.vertx(), node, gate);
    assertThat(calls.call("STATUS", "x").exitCode()).isZero();
    node.obstacle = Optional.of("no address is free");
    assertThat(calls.call("STATUS", "x").text())
        .contains("\"code\": 50")
        .contains("no address is free");
    node.limited = Optional.of("AddressLost 10.0.0.9: pod default/a uses it");
    assertThat(calls.call("STATUS", "x").text())
        .contains("\"code\": 51")
        .contains("no address is free; and AddressLost 10.0.0.9: pod default/a uses it");
    node.obstacle = Optional.empty();
    assertThat(calls.call("STATUS", "x").exitCode()).as("a pod can be added").isZero();
    node.limited = Optional.empty();
    gate.heard(new DataplaneNews.Lost("Sync was not carried out: no nft"));
    assertThat(calls.call("STATUS", "x").text())
        .contains("\"code\": 50")
        .contains("net-programmer cannot be used: Sync was not carried out: no nft");
  }

  @Test
  void beforeThePoolIsThereACallIsToComeAgain() {
    var early = Calls.plugin(bus.vertx(), Calls.gate(bus.vertx(), true));
    assertThat(refusal(early, "ADD")).contains("\"code\": 11");
    assertThat(refusal(early, "DEL")).contains("\"code\": 11");
    assertThat(refusal(early, "STATUS")).contains("\"code\": 50");
  }

  private static String refusal(CniPlugin plugin, String command) {
    return await(plugin.handle(request(command, "a", ""), new Cancellation())).text();
  }

  @Test
  void anErrorThatQuotesAHugeCallIsShortened() {
    var add = request("ADD", "a", "");
    var env = new HashMap<>(add.env());
    env.put("CNI_ARGS", "\"".repeat(700_000));
    assertThat(calls().call(new CniRequest("aws-cni", env, add.stdin())).text())
        .contains("invalid pair")
        .hasSizeLessThan(20_000);
  }

  @Test
  void withoutAModeThePolicyAgentIsNeverCalled() {
    var calls = calls();
    calls.call("ADD", "a");
    calls.call("DEL", "a");
    assertThat(node.done).containsExactly("assign", "Attach", "Detach", "release");
  }

  @Test
  void theEgressPluginHandsOnWhatItGot() {
    var previous = ",\"prevResult\":{\"cniVersion\":\"1.0.0\",\"ips\":[]}";
    var answer = egress(request("ADD", "a", previous));
    assertThat(answer.exitCode()).isZero();
    assertThat(answer.text()).contains("\"cniVersion\": \"1.0.0\"");
    assertThat(node.done).isEmpty();
  }

  @Test
  void theEgressPluginHandsNothingOnThatIsTooLargeForItsFrame() {
    var previous = ",\"prevResult\":{\"routes\":[\"" + "x".repeat(1 << 20) + "\"]}";
    assertThat(egress(request("ADD", "a", previous)).text()).contains("\"code\": 999", "1 MiB");
  }
}
