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
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.PoolMessage.Saved;
import io.vpccni.ipamd.pool.PoolNumbers;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An ADD wires its pod while its entry is being written, and answers once both have happened. */
class WiredMeanwhileCallTest {
  private static final PoolNumbers NONE = new PoolNumbers(0, 0, 0, 0, 0, 0, 0, 0, "");

  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();
  private final Promise<Saved> saved = Promise.promise();

  @BeforeEach
  void reserves() {
    node.saved = Optional.of(saved.future());
  }

  private Calls calls() {
    return new Calls(bus.vertx(), node);
  }

  private void saved() {
    bus.onLoop(
        () ->
            saved.complete(
                new Saved(new AssignReply.Granted(node.held.values().iterator().next()))));
  }

  private void notSaved() {
    bus.onLoop(
        () ->
            saved.complete(
                new Saved(new AssignReply.Refused(Reason.NOT_SAVED, "disk full", NONE))));
  }

  @Test
  void thePodIsWiredBeforeItsEntryIsWrittenAndTheRuntimeIsAnsweredAfterwards() {
    var answer = calls().begin("ADD", "a", new Cancellation());
    until(() -> node.done.contains("Attach"));
    assertThat(answer.isComplete()).isFalse();
    saved();
    assertThat(await(answer).exitCode()).isZero();
    assertThat(node.done).containsExactly("assign", "Attach");
  }

  @Test
  void theRuntimeIsAnsweredOnceThePodIsWiredToo() {
    Promise<DataplaneReply> slow = Promise.promise();
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.Attach ? slow.future() : FakeNode.obey(request);
    var answer = calls().begin("ADD", "a", new Cancellation());
    until(() -> node.done.contains("Attach"));
    saved();
    bus.onLoop(() -> assertThat(answer.isComplete()).isFalse());
    bus.onLoop(() -> slow.complete(FakeNode.attached()));
    assertThat(await(answer).exitCode()).isZero();
  }

  @Test
  void aPodWhoseEntryCannotBeWrittenIsTakenDownBeforeItsAddressIsFree() {
    var answer = calls().begin("ADD", "a", new Cancellation());
    until(() -> node.done.contains("Attach"));
    notSaved();
    assertThat(await(answer).text())
        .contains("\"code\": 11", "failed to assign an IP address to container: disk full");
    assertThat(node.held).isEmpty();
    assertThat(node.done).containsExactly("assign", "Attach", "Detach", "release");
  }

  @Test
  void ofTwoFailuresTheOneOfTheWiringIsTold() {
    node.dataplane =
        request ->
            request instanceof DataplaneRequest.Attach
                ? Future.succeededFuture(new DataplaneReply.Refused(Why.FAILED, "no such thing"))
                : FakeNode.obey(request);
    var answer = calls().begin("ADD", "a", new Cancellation());
    until(() -> node.done.contains("Attach"));
    notSaved();
    assertThat(await(answer).text()).contains("failed to setup network: no such thing");
    assertThat(node.held).isEmpty();
  }

  @Test
  void aCallerThatGoesAwayMeanwhileLeavesNothing() {
    var caller = new Cancellation();
    var answer = calls().begin("ADD", "a", caller);
    until(() -> node.done.contains("Attach"));
    bus.onLoop(caller::cancel);
    saved();
    assertThat(await(answer).exitCode()).isOne();
    assertThat(node.held).isEmpty();
    assertThat(node.done).endsWith("Detach", "release");
  }
}
