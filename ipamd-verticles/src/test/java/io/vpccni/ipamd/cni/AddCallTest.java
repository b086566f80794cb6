package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.holding.Cancellation;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An ADD gives a pod its address and wires it; one that fails leaves nothing behind. */
class AddCallTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();

  private Calls calls(String... settings) {
    return new Calls(bus.vertx(), node, settings);
  }

  private static Function<DataplaneRequest, Future<DataplaneReply>> attachAnswers(
      DataplaneReply reply) {
    return request ->
        request instanceof DataplaneRequest.Attach
            ? Future.succeededFuture(reply)
            : FakeNode.obey(request);
  }

  @Test
  void addGivesAnAddressAndWiresThePod() {
    var answer = calls().call("ADD", "a");
    assertThat(answer.exitCode()).isZero();
    assertThat(answer.text()).contains("\"address\": \"10.0.0.10/32\"").contains("\"mac\": \"2\"");
    assertThat(node.done).containsExactly("assign", "Attach");
  }

  @Test
  void aRepeatedAddGetsTheSameAddress() {
    var calls = calls();
    var first = calls.call("ADD", "a");
    assertThat(calls.call("ADD", "a")).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(Why.class)
  void anAddWhosePodCannotBeWiredIsUndone(Why why) {
    node.dataplane = attachAnswers(new DataplaneReply.Refused(why, "no such thing"));
    assertThat(calls().call("ADD", "a").text())
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
    assertThat(calls().call("ADD", "a").text()).contains("\"code\": 11");
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
    assertThat(calls().call("ADD", "a").exitCode()).isZero();
    assertThat(node.done).containsExactly("assign", "Attach", "Attach");
  }

  @Test
  void anAddressIsKeptWhileItsLinkMayBeThere() {
    node.dataplane = _ -> Future.succeededFuture(new DataplaneReply.Unavailable("lost", true));
    calls().call("ADD", "a");
    assertThat(node.held).hasSize(1);
  }

  @Test
  void aRepeatedAddThatFailsDoesNotTakeTheAddressOfARunningPod() {
    var calls = calls();
    calls.call("ADD", "a");
    node.dataplane = attachAnswers(new DataplaneReply.Refused(Why.NETNS_GONE, "gone"));
    assertThat(calls.call("ADD", "a").exitCode()).isOne();
    assertThat(node.held).hasSize(1);
  }

  @Test
  void aCallerThatGoesAwayWaitsNoLonger() {
    node.full = true;
    var caller = new Cancellation();
    var answer = calls().begin("ADD", "a", caller);
    until(() -> !node.waiting.isEmpty());
    bus.onLoop(caller::cancel);
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
    var answer = calls().begin("ADD", "a", caller);
    until(() -> node.done.contains("Attach"));
    bus.onLoop(caller::cancel);
    bus.onLoop(() -> slow.complete(new DataplaneReply.Attached(List.of())));
    assertThat(await(answer).exitCode()).isOne();
    assertThat(node.held).isEmpty();
    assertThat(node.done).endsWith("Detach", "release");
  }

  /** A request of 900 KiB is within the frame; what is printed of it, indented, is not. */
  @Test
  void aPreviousResultOf900KibThatGrowsInPrintIsRefusedAndItsPodUndone() {
    var route = "{\"dst\":\"10.0.0.0/8\"},";
    var routes = route.repeat(900 * 1024 / route.length());
    var previous =
        ",\"prevResult\":{\"routes\":[" + routes.substring(0, routes.length() - 1) + "]}";
    assertThat(calls().call("ADD", "a", previous).text()).contains("\"code\": 999", "1 MiB");
    assertThat(node.held).isEmpty();
    assertThat(node.done).containsExactly("assign", "Attach", "Detach", "release");
  }

  @Test
  void aResultThatIsTooLargeForItsFrameIsRefusedAndItsPodUndone() {
    var previous = ",\"prevResult\":{\"routes\":[\"" + "x".repeat(1 << 20) + "\"]}";
    assertThat(calls().call("ADD", "a", previous).text()).contains("\"code\": 999", "1 MiB");
    assertThat(node.held).isEmpty();
    assertThat(node.done).containsExactly("assign", "Attach", "Detach", "release");
  }

  @Test
  void withoutADataplaneAnAddIsToComeAgain() {
    var calls = new Calls(bus.vertx(), node, Calls.gate(bus.vertx(), false));
    assertThat(calls.call("ADD", "a").text()).contains("\"code\": 11");
    assertThat(node.held).isEmpty();
  }

  @Test
  void anAddThatThePolicyAgentDoesNotTakeIsUndone() {
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.EnforcePolicy
                ? Future.succeededFuture(new DataplaneReply.PolicyAnswered(false))
                : FakeNode.obey(request);
    var answer = calls("NETWORK_POLICY_ENFORCING_MODE=standard").call("ADD", "a");
    assertThat(answer.text()).contains("failed to setup network policy");
    assertThat(node.held).isEmpty();
  }
}
