package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.rpc.frame.CniRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a call's parts cost is told while it runs. */
class MeasuredCallsTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final List<Measured> told = new CopyOnWriteArrayList<>();
  private Calls calls;

  @BeforeEach
  void start() {
    RealBus.await(Measured.TOPIC.hear(bus.vertx().eventBus(), told::add));
    calls = new Calls(bus.vertx(), new FakeNode());
  }

  private Map<Phase, Long> parts(CniRequest request, Phase last) throws InterruptedException {
    assertThat(calls.call(request).exitCode()).isZero();
    var parts = new HashMap<Phase, Long>();
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!parts.containsKey(last) && System.nanoTime() < deadline) {
      told.forEach(measured -> parts.putAll(measured.nanos()));
      Thread.onSpinWait();
    }
    return parts;
  }

  /** The agent makes calls of its own before the first pod comes. */
  @Test
  void theRehearsalIsNeitherCountedNorMeasured() throws InterruptedException {
    var counted = new CopyOnWriteArrayList<Counted>();
    RealBus.await(Counted.TOPIC.hear(bus.vertx().eventBus(), counted::add));
    calls.rehearse();
    // What is announced arrives in order, so the real call is heard after the rehearsal.
    parts(Calls.request("DEL", "a", ""), Phase.DEL);
    assertThat(counted).containsExactly(new Counted(Counted.Counter.DEL_REQUESTS, "PodDeleted"));
    assertThat(told).filteredOn(measured -> measured.nanos().containsKey(Phase.DEL)).hasSize(1);
  }

  private static CniRequest begun(String command, String at) {
    var request = Calls.request(command, "a", "");
    var env = new HashMap<>(request.env());
    env.put("VCNI_BEGAN", at);
    return new CniRequest(request.program(), env, request.stdin());
  }

  @Test
  void everyPartOfAnAddFromTheStartOfTheExecutableToTheResult() throws InterruptedException {
    long way = Duration.ofMillis(70).toNanos();
    var at = "%019d".formatted(System.nanoTime() - way);
    var parts = parts(begun("ADD", at), Phase.ADD);
    assertThat(parts)
        .containsOnlyKeys(
            Phase.SOCKET, Phase.PARSE, Phase.ASSIGN, Phase.NET_PROGRAMMER, Phase.REPLY, Phase.ADD);
    assertThat(parts.get(Phase.SOCKET)).isBetween(way, way + Duration.ofSeconds(5).toNanos());
    long inside =
        parts.get(Phase.PARSE)
            + parts.get(Phase.ASSIGN)
            + parts.get(Phase.NET_PROGRAMMER)
            + parts.get(Phase.REPLY);
    assertThat(parts.get(Phase.ADD)).isGreaterThanOrEqualTo(inside);
  }

  @Test
  void aStartThatCannotBeIsNotMeasured() throws InterruptedException {
    var later = Long.toString(System.nanoTime() + Duration.ofHours(1).toNanos());
    assertThat(parts(begun("DEL", later), Phase.DEL)).doesNotContainKey(Phase.SOCKET);
    var longAgo = Long.toString(System.nanoTime() - Duration.ofHours(1).toNanos());
    assertThat(parts(begun("DEL", longAgo), Phase.DEL)).doesNotContainKey(Phase.SOCKET);
    assertThat(parts(begun("DEL", "yesterday"), Phase.DEL)).doesNotContainKey(Phase.SOCKET);
  }
}
