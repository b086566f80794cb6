package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The calls of one attachment run one after the other, by whichever socket they come: while a node
 * is moved, the runtime calls our executable for a pod that the reference's plugin has added, and
 * the other way round.
 */
class CallOrderOnTheBusTest {
  @RegisterExtension final RealBus bus = new RealBus();

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent(@TempDir Path folder) {
    agent = new GrpcAgent(bus.vertx(), folder);
  }

  /** Done once the agent has read everything that was sent to it before. */
  private void settled() {
    agent.runtime().call("STATUS", "other", "other");
    agent.add("other");
    until(() -> agent.view().numbers().waiting() == 0);
  }

  @Test
  void aDelNetworkEndsTheAddThatIsBeingWiredAndWaitsForItsEnd() {
    agent.start();
    var wired = agent.programmer.hold(BodyCase.ATTACH_POD);
    var add = agent.runtime().calling("ADD", "a");
    until(() -> agent.programmer.podRequests().contains(BodyCase.ATTACH_POD));
    var del = agent.deleting("a");
    settled();
    assertThat(agent.programmer.podRequests())
        .as("the ADD is not over")
        .containsExactly(BodyCase.ATTACH_POD);
    wired.complete();
    assertThat(await(add)).as("overtaken").contains("\"code\": 11");
    assertThat(await(del)).isNotNull();
    assertThat(agent.programmer.podRequests())
        .containsExactly(BodyCase.ATTACH_POD, BodyCase.DETACH_POD);
    assertThat(agent.view().holdings())
        .extracting(held -> held.pod().name())
        .containsExactly("other");
  }

  @Test
  void anAddWaitsForTheDelNetworkBeforeItAndKeepsItsAddress() {
    agent.start();
    assertThat(agent.add("a").getSuccess()).isTrue();
    var removed = agent.programmer.hold(BodyCase.DETACH_POD);
    var del = agent.deleting("a");
    until(() -> agent.programmer.podRequests().contains(BodyCase.DETACH_POD));
    var add = agent.runtime().calling("ADD", "a");
    settled();
    assertThat(agent.programmer.podRequests())
        .as("the end is not over")
        .containsExactly(BodyCase.DETACH_POD);
    removed.complete();
    assertThat(await(add)).contains("10.0.0.1").doesNotContain("code");
    assertThat(await(del)).isNotNull();
    assertThat(agent.programmer.podRequests())
        .containsExactly(BodyCase.DETACH_POD, BodyCase.ATTACH_POD);
    assertThat(agent.view().holdings())
        .as("what the ADD was told is its own")
        .extracting(held -> held.pod().name())
        .containsExactlyInAnyOrder("a", "other");
  }

  @Test
  void aDelEndsTheAddNetworkThatWaitsForAnAddress() {
    agent.start();
    agent.add("b");
    agent.add("c");
    var add = agent.adding(GrpcAgent.request("a"));
    until(() -> agent.view().numbers().waiting() == 1);
    assertThat(agent.runtime().call("DEL", "a", "a")).isEmpty();
    assertThat(await(add).getSuccess()).isFalse();
    assertThat(agent.view().numbers().waiting()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void interleavedCallsNeverMeetInTheKernel(long seed) {
    agent.start();
    Set<String> busy = ConcurrentHashMap.newKeySet();
    List<String> met = new CopyOnWriteArrayList<>();
    agent.programmer.pace =
        request -> {
          var container =
              request.hasAttachPod()
                  ? request.getAttachPod().getPod().getContainerId()
                  : request.getDetachPod().getPod().getContainerId();
          if (container.isEmpty()) return Future.succeededFuture();
          if (!busy.add(container)) met.add(request.getBodyCase() + " of " + container);
          return bus.vertx()
              .timer(2, TimeUnit.MILLISECONDS)
              .onComplete(_ -> busy.remove(container));
        };
    var random = new Random(seed);
    var calls = new ArrayList<Future<?>>();
    for (int call = 0; call < 80; call++) {
      var pod = random.nextBoolean() ? "a" : "b";
      calls.add(
          switch (random.nextInt(4)) {
            case 0 -> agent.runtime().calling("ADD", pod);
            case 1 -> agent.runtime().calling("DEL", pod);
            case 2 -> agent.adding(GrpcAgent.request(pod));
            default -> agent.deleting(pod);
          });
      // Some calls fail, as one that is overtaken does; what matters is that they do not meet.
      if (random.nextInt(4) == 0) await(calls.getLast().otherwiseEmpty());
    }
    calls.forEach(call -> await(call.otherwiseEmpty()));
    assertThat(met).as("seed " + seed).isEmpty();
    assertThat(await(agent.runtime().calling("ADD", "a"))).doesNotContain("code");
    assertThat(agent.view().holdings()).extracting(held -> held.pod().name()).contains("a");
    agent.runtime().call("DEL", "a", "a");
    agent.runtime().call("DEL", "b", "b");
    assertThat(agent.view().holdings()).isEmpty();
  }
}
