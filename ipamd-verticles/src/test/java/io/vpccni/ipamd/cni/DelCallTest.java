package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.rpc.frame.CniAnswer;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A DEL takes a pod out of the kernel first, and only then is its address free. */
class DelCallTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();

  private Calls calls(String... settings) {
    return new Calls(bus.vertx(), node, settings);
  }

  @Test
  void rulesAndRoutesGoBeforeTheAddressIsFree() {
    var calls = calls();
    calls.call("ADD", "a");
    node.done.clear();
    assertThat(calls.call("DEL", "a")).isEqualTo(CniAnswer.of(0, ""));
    assertThat(node.done).containsExactly("Detach", "release");
  }

  @Test
  void delOfSomethingUnknownSucceeds() {
    assertThat(calls().call("DEL", "nobody").exitCode()).isZero();
  }

  @Test
  void delWithoutADataplaneIsToComeAgainAndReleasesNothing() {
    var calls = calls();
    calls.call("ADD", "a");
    node.dataplane = _ -> Future.succeededFuture(new DataplaneReply.Unavailable("away", false));
    assertThat(calls.call("DEL", "a").text()).contains("\"code\": 11");
    assertThat(node.held).hasSize(1);
  }

  @Test
  void aDelThatOvertakesItsAddEndsIt() {
    node.full = true;
    var calls = calls();
    var add = calls.begin("ADD", "a", new Cancellation());
    until(() -> !node.waiting.isEmpty());
    var del = new AtomicReference<Future<CniAnswer>>();
    bus.onLoop(() -> del.set(calls.begin("DEL", "a", new Cancellation())));
    assertThat(await(add).exitCode()).isOne();
    assertThat(await(del.get()).exitCode()).isZero();
    assertThat(node.held).isEmpty();
  }

  @Test
  void aPolicyAgentThatIsAwayDoesNotKeepAPodFromEnding() {
    var calls = calls("NETWORK_POLICY_ENFORCING_MODE=standard");
    calls.call("ADD", "a");
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.DeletePolicy
                ? Future.succeededFuture(new DataplaneReply.Unavailable("away", false))
                : FakeNode.obey(request);
    assertThat(calls.call("DEL", "a").exitCode()).isZero();
    assertThat(node.held).isEmpty();
  }
}
