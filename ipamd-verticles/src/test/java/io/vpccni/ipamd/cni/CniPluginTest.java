package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static io.vpccni.ipamd.cni.Calls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CniPluginTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();
  private boolean connected = true;

  @SuppressWarnings("NullAway.Init")
  private DataplaneGate gate;

  private CniPlugin plugin(String... settings) {
    await(node.serve(bus.vertx()));
    gate = Calls.gate(bus.vertx(), connected);
    return Calls.plugin(bus.vertx(), gate, settings);
  }

  private static Future<CniAnswer> call(CniPlugin plugin, String command, String id) {
    return plugin.handle(request(command, id, ""), new Cancellation());
  }

  @Test
  void addGivesAnAddressAndWiresThePod() {
    var answer = await(call(plugin(), "ADD", "a"));
    assertThat(answer.exitCode()).isZero();
    assertThat(answer.text()).contains("\"address\": \"10.0.0.10/32\"").contains("\"mac\": \"2\"");
    assertThat(node.done).containsExactly("assign", "Attach");
  }

  @Test
  void aRepeatedAddGetsTheSameAddress() {
    var plugin = plugin();
    var first = await(call(plugin, "ADD", "a"));
    assertThat(await(call(plugin, "ADD", "a"))).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(Why.class)
  void anAddWhosePodCannotBeWiredIsUndone(Why why) {
    node.dataplane = attachAnswers(new DataplaneReply.Refused(why, "no such thing"));
    var answer = await(call(plugin(), "ADD", "a"));
    assertThat(answer.text())
        .contains("failed to setup network: no such thing")
        .contains(why == Why.BUSY ? "\"code\": 11" : "\"code\": 999");
    assertThat(node.held).isEmpty();
    assertThat(node.done)
        .as("an address that the kernel has not seen needs no rest")
        .endsWith(
            why == Why.FAILED
                ? new String[] {"Detach", "release"}
                : new String[] {"Attach", "undo"});
  }

  @Test
  void anAddThatWasNotAnsweredIsTakenOutOfTheKernelBeforeItsAddressIsFree() {
    node.dataplane = attachAnswers(new DataplaneReply.Unavailable("lost", true));
    var answer = await(call(plugin(), "ADD", "a"));
    assertThat(answer.text()).contains("\"code\": 11");
    assertThat(node.done).startsWith("assign", "Attach").endsWith("Detach", "release");
  }

  @Test
  void anAttachWhoseAnswerIsLostIsAskedAgain() {
    var lost = new AtomicInteger();
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.Attach && lost.incrementAndGet() == 1
                ? Future.succeededFuture(new DataplaneReply.Unavailable("lost", true))
                : FakeNode.obey(request);
    assertThat(await(call(plugin(), "ADD", "a")).exitCode()).isZero();
    assertThat(node.done).containsExactly("assign", "Attach", "Attach");
  }

  @Test
  void anAddressIsKeptWhileItsLinkMayBeThere() {
    node.dataplane = _ -> Future.succeededFuture(new DataplaneReply.Unavailable("lost", true));
    await(call(plugin(), "ADD", "a"));
    assertThat(node.held).hasSize(1);
  }

  @Test
  void aRepeatedAddThatFailsDoesNotTakeTheAddressOfARunningPod() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    node.dataplane = attachAnswers(new DataplaneReply.Refused(Why.NETNS_GONE, "gone"));
    assertThat(await(call(plugin, "ADD", "a")).exitCode()).isOne();
    assertThat(node.held).hasSize(1);
  }

  @Test
  void aCallerThatGoesAwayWaitsNoLonger() {
    node.full = true;
    var caller = new Cancellation();
    var plugin = plugin();
    var answer = plugin.handle(request("ADD", "a", ""), caller);
    until(() -> !node.waiting.isEmpty());
    onLoop(caller::cancel);
    assertThat(await(answer).text()).contains("\"code\": 11");
    assertThat(node.done).contains("cancel");
  }

  @Test
  void aCallerThatGoesAwayWhileItsPodIsWiredLeavesNothing() {
    var caller = new Cancellation();
    Promise<DataplaneReply> slow = Promise.promise();
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.Attach ? slow.future() : FakeNode.obey(request);
    var answer = plugin().handle(request("ADD", "a", ""), caller);
    until(() -> node.done.contains("Attach"));
    onLoop(caller::cancel);
    onLoop(() -> slow.complete(new DataplaneReply.Attached(List.of())));
    assertThat(await(answer).exitCode()).isOne();
    assertThat(node.held).isEmpty();
    assertThat(node.done).endsWith("Detach", "release");
  }

  @Test
  void rulesAndRoutesGoBeforeTheAddressIsFree() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    node.done.clear();
    assertThat(await(call(plugin, "DEL", "a"))).isEqualTo(CniAnswer.of(0, ""));
    assertThat(node.done).containsExactly("Detach", "release");
  }

  @Test
  void delOfSomethingUnknownSucceeds() {
    assertThat(await(call(plugin(), "DEL", "nobody")).exitCode()).isZero();
  }

  @Test
  void delWithoutADataplaneIsToComeAgainAndReleasesNothing() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    node.dataplane = _ -> Future.succeededFuture(new DataplaneReply.Unavailable("away", false));
    assertThat(await(call(plugin, "DEL", "a")).text()).contains("\"code\": 11");
    assertThat(node.held).hasSize(1);
  }

  @Test
  void aDelThatOvertakesItsAddEndsIt() {
    node.full = true;
    var plugin = plugin();
    var add = call(plugin, "ADD", "a");
    until(() -> !node.waiting.isEmpty());
    var del = new AtomicReference<Future<CniAnswer>>();
    onLoop(() -> del.set(call(plugin, "DEL", "a")));
    assertThat(await(add).exitCode()).isOne();
    assertThat(await(del.get()).exitCode()).isZero();
    assertThat(node.held).isEmpty();
  }

  @Test
  void checkTellsEveryDifference() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    assertThat(await(call(plugin, "CHECK", "a")).exitCode()).isZero();
    node.dataplane =
        _ -> Future.succeededFuture(new DataplaneReply.Checked(List.of("no route", "no rule")));
    assertThat(await(call(plugin, "CHECK", "a")).text()).contains("no route; no rule");
  }

  /** {@code /var/run} is a link to {@code /run}, and runtimes say the one or the other. */
  @ParameterizedTest
  @CsvSource({
    "/run/netns/a, 0",
    "/var/run/netns/a, 0",
    "/var/run/netns/b, 1",
    "/var/lib/netns/a, 1"
  })
  void checkKnowsASandboxByEitherOfItsPaths(String believed, int exitCode) {
    var plugin = plugin();
    var added = await(call(plugin, "ADD", "a")).text().replace("/run/netns/a", believed);
    var previous = ",\"prevResult\":" + added;
    assertThat(await(plugin.handle(request("CHECK", "a", previous), new Cancellation())).exitCode())
        .isEqualTo(exitCode);
  }

  @Test
  void aResultThatIsTooLargeForItsFrameIsRefusedAndItsPodUndone() {
    var plugin = plugin();
    var previous = ",\"prevResult\":{\"routes\":[\"" + "x".repeat(1 << 20) + "\"]}";
    var answer = await(plugin.handle(request("ADD", "a", previous), new Cancellation()));
    assertThat(answer.text()).contains("\"code\": 999", "1 MiB");
    assertThat(node.held).isEmpty();
    assertThat(node.done).containsExactly("assign", "Attach", "Detach", "release");
  }

  @Test
  void theEgressPluginHandsNothingOnThatIsTooLargeForItsFrame() {
    var add = request("ADD", "a", ",\"prevResult\":{\"routes\":[\"" + "x".repeat(1 << 20) + "\"]}");
    var answer =
        await(
            plugin()
                .handle(new CniRequest("egress-cni", add.env(), add.stdin()), new Cancellation()));
    assertThat(answer.text()).contains("\"code\": 999", "1 MiB");
  }

  @Test
  void anErrorThatQuotesAHugeCallIsShortened() {
    var add = request("ADD", "a", "");
    var env = new HashMap<>(add.env());
    env.put("CNI_ARGS", "\"".repeat(700_000));
    var answer =
        await(plugin().handle(new CniRequest("aws-cni", env, add.stdin()), new Cancellation()));
    assertThat(answer.text()).contains("invalid pair").hasSizeLessThan(20_000);
  }

  @Test
  void checkFindsAnAddressThatIsNotOurs() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    var previous = ",\"prevResult\":{\"ips\":[{\"address\":\"10.9.9.9/32\"}]}";
    assertThat(await(plugin.handle(request("CHECK", "a", previous), new Cancellation())).text())
        .contains("10.9.9.9/32 of prevResult is not assigned");
  }

  @Test
  void checkOfSomethingUnknownFails() {
    assertThat(await(call(plugin(), "CHECK", "nobody")).exitCode()).isOne();
  }

  @Test
  void gcReleasesWhatTheRuntimeNoLongerKnows() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    await(call(plugin, "ADD", "b"));
    var valid = ",\"cni.dev/valid-attachments\":[{\"containerID\":\"a\",\"ifname\":\"eth0\"}]";
    assertThat(await(plugin.handle(request("GC", "x", valid), new Cancellation())).exitCode())
        .isZero();
    assertThat(node.held.keySet()).extracting(held -> held.containerId()).containsExactly("a");
  }

  @Test
  void gcWithoutAListReleasesNothing() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    await(call(plugin, "GC", "x"));
    assertThat(node.held).hasSize(1);
  }

  @Test
  void statusSaysWhyAnAddWouldFail() {
    var plugin = plugin();
    assertThat(await(call(plugin, "STATUS", "x")).exitCode()).isZero();
    node.obstacle = Optional.of("no address is free");
    assertThat(await(call(plugin, "STATUS", "x")).text())
        .contains("\"code\": 50")
        .contains("no address is free");
    node.limited = Optional.of("AddressLost 10.0.0.9: pod default/a uses it");
    assertThat(await(call(plugin, "STATUS", "x")).text())
        .contains("\"code\": 51")
        .contains("no address is free; and AddressLost 10.0.0.9: pod default/a uses it");
    node.obstacle = Optional.empty();
    assertThat(await(call(plugin, "STATUS", "x")).exitCode()).as("a pod can be added").isZero();
    node.limited = Optional.empty();
    gate.heard(new DataplaneNews.Lost("Sync was not carried out: no nft"));
    assertThat(await(call(plugin, "STATUS", "x")).text())
        .contains("\"code\": 50")
        .contains("not connected to net-programmer: Sync was not carried out: no nft");
  }

  @Test
  void withoutADataplaneAnAddIsToComeAgain() {
    connected = false;
    assertThat(await(call(plugin(), "ADD", "a")).text()).contains("\"code\": 11");
    assertThat(node.held).isEmpty();
  }

  @Test
  void beforeThePoolIsThereACallIsToComeAgain() {
    var early = Calls.plugin(bus.vertx(), Calls.gate(bus.vertx(), true));
    assertThat(await(call(early, "ADD", "a")).text()).contains("\"code\": 11");
    assertThat(await(call(early, "DEL", "a")).text()).contains("\"code\": 11");
    assertThat(await(call(early, "STATUS", "a")).text()).contains("\"code\": 50");
  }

  @Test
  void anAddThatThePolicyAgentDoesNotTakeIsUndone() {
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.EnforcePolicy
                ? Future.succeededFuture(new DataplaneReply.PolicyAnswered(false))
                : FakeNode.obey(request);
    var answer = await(call(plugin("NETWORK_POLICY_ENFORCING_MODE=standard"), "ADD", "a"));
    assertThat(answer.text()).contains("failed to setup network policy");
    assertThat(node.held).isEmpty();
  }

  @Test
  void withoutAModeThePolicyAgentIsNeverCalled() {
    var plugin = plugin();
    await(call(plugin, "ADD", "a"));
    await(call(plugin, "DEL", "a"));
    assertThat(node.done).containsExactly("assign", "Attach", "Detach", "release");
  }

  @Test
  void aPolicyAgentThatIsAwayDoesNotKeepAPodFromEnding() {
    var plugin = plugin("NETWORK_POLICY_ENFORCING_MODE=standard");
    await(call(plugin, "ADD", "a"));
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.DeletePolicy
                ? Future.succeededFuture(new DataplaneReply.Unavailable("away", false))
                : FakeNode.obey(request);
    assertThat(await(call(plugin, "DEL", "a")).exitCode()).isZero();
    assertThat(node.held).isEmpty();
  }

  @Test
  void theEgressPluginHandsOnWhatItGot() {
    var previous = ",\"prevResult\":{\"cniVersion\":\"1.0.0\",\"ips\":[]}";
    var add = request("ADD", "a", previous);
    var answer =
        await(
            plugin()
                .handle(new CniRequest("egress-cni", add.env(), add.stdin()), new Cancellation()));
    assertThat(answer.exitCode()).isZero();
    assertThat(answer.text()).contains("\"cniVersion\": \"1.0.0\"");
    assertThat(node.done).isEmpty();
  }

  private static Function<DataplaneRequest, Future<DataplaneReply>> attachAnswers(
      DataplaneReply reply) {
    return request ->
        request instanceof DataplaneRequest.Attach
            ? Future.succeededFuture(reply)
            : FakeNode.obey(request);
  }

  private void onLoop(Runnable action) {
    Promise<Void> ran = Promise.promise();
    bus.vertx()
        .runOnContext(
            _ -> {
              action.run();
              ran.complete();
            });
    await(ran.future());
  }
}
