package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.dataplane.DataplaneReply.DetachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Refused;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.holding.StalePods;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pods that went without a DEL are ended in turn with the calls of their attachment. */
class StalePodsOnTheBusTest {
  @RegisterExtension final RealBus bus = new RealBus();

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent(@TempDir Path folder) {
    agent = new GrpcAgent(bus.vertx(), folder);
  }

  /** Has the pool find that the veth of pod a is away, at two audits that are minutes apart. */
  private void aGoesWithoutADel() {
    for (int audit = 0; audit < 2; audit++) {
      agent.ahead = agent.ahead.plus(Duration.ofMinutes(2));
      var lists = lists();
      until(() -> lists() > lists);
    }
  }

  private long lists() {
    return agent.programmer.asked.stream()
        .filter(asked -> asked.getBodyCase() == BodyCase.LIST_PODS)
        .count();
  }

  @Test
  void anAddWaitsForThePoolsDetachOfTheSameAttachment() {
    agent.start();
    agent.runtime().call("ADD", "a", "a");
    var removed = agent.programmer.hold(BodyCase.DETACH_POD);
    aGoesWithoutADel();
    until(() -> agent.programmer.podRequests().contains(BodyCase.DETACH_POD));
    var add = agent.runtime().calling("ADD", "a");
    agent.runtime().call("STATUS", "other", "other");
    agent.runtime().call("ADD", "other", "other");
    assertThat(agent.programmer.podRequests())
        .as("attached: a, other; the second ADD of a waits")
        .containsExactly(BodyCase.ATTACH_POD, BodyCase.DETACH_POD, BodyCase.ATTACH_POD);
    removed.complete();
    assertThat(await(add)).contains("10.0.0.1").doesNotContain("code");
    assertThat(agent.programmer.podRequests()).endsWith(BodyCase.ATTACH_POD, BodyCase.ATTACH_POD);
    assertThat(agent.view().holdings())
        .extracting(held -> held.pod().name())
        .containsExactlyInAnyOrder("a", "other");
  }

  @Test
  void aPodThatAnAddHasWiredSinceIsNotDetached() {
    agent.start();
    agent.runtime().call("ADD", "a", "a");
    var stale = agent.view().holdings().getFirst();
    var wired = agent.programmer.hold(BodyCase.ATTACH_POD);
    var add = agent.runtime().calling("ADD", "a");
    until(() -> agent.programmer.podRequests().size() == 2);
    var detach = detach(stale);
    agent.runtime().call("STATUS", "other", "other");
    assertThat(detach.isComplete()).as("its turn comes after the ADD").isFalse();
    wired.complete();
    assertThat(await(add)).doesNotContain("code");
    assertThat(await(detach))
        .isEqualTo(new Refused(Why.BUSY, "a call of the attachment came first"));
    assertThat(agent.programmer.podRequests()).doesNotContain(BodyCase.DETACH_POD);
  }

  private Future<DetachReply> detach(Holding stale) {
    return StalePods.DETACH.ask(
        bus.vertx().eventBus(), new StalePods.Detach(stale), StalePods.DEADLINE);
  }

  private Holding keepBranchPod() {
    var eni =
        new BranchEni(7, "02:00:00:11:22:33", Ip.parse("10.0.1.1"), "02:00:00:00:00:09", true);
    var keep =
        new BranchPods.Keep(
            new Attachment("b", "eth0", "aws-cni"),
            new PodRef("default", "b"),
            new Wiring("/run/netns/b", List.of("vlanb"), Wiring.By.PROGRAMMER, Optional.of(eni)),
            BranchEni.address(Ip.parse("10.0.1.140"), new EniId("eni-abc")));
    var kept = await(BranchPods.KEEP.ask(bus.vertx().eventBus(), keep, BranchPods.DEADLINE));
    return ((BranchPods.Kept) kept).holding();
  }

  private Future<StalePods.Ended> end(Holding stale) {
    return StalePods.END_BRANCH.ask(
        bus.vertx().eventBus(), new StalePods.EndBranch(stale), StalePods.DEADLINE);
  }

  @Test
  void aBranchPodIsEndedOnlyIfNoAddHasStoredItSince() {
    agent.start();
    var stale = keepBranchPod();
    agent.ahead = Duration.ofSeconds(1);
    var again = keepBranchPod();
    assertThat(await(end(stale)).obstacle()).hasValue("a call of the attachment came first");
    assertThat(agent.programmer.podRequests()).isEmpty();
    assertThat(await(end(again)).obstacle()).isEmpty();
    assertThat(agent.programmer.podRequests()).containsExactly(BodyCase.DETACH_POD);
    assertThat(agent.branchPods()).isZero();
  }

  @Test
  void theEndOfABranchPodWaitsForTheDelOfTheSameAttachment() {
    agent.start();
    var stale = keepBranchPod();
    var removed = agent.programmer.hold(BodyCase.DETACH_POD);
    var del = agent.runtime().calling("DEL", "b");
    until(() -> agent.programmer.podRequests().contains(BodyCase.DETACH_POD));
    var end = end(stale);
    agent.runtime().call("STATUS", "other", "other");
    assertThat(end.isComplete()).isFalse();
    removed.complete();
    assertThat(await(del)).isEmpty();
    assertThat(await(end).obstacle()).isPresent();
    assertThat(agent.programmer.podRequests())
        .as("ended once")
        .containsExactly(BodyCase.DETACH_POD);
  }
}
