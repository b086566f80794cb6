package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.atOnce;
import static io.vpccni.e2e.scenario.CniNode.succeeds;
import static io.vpccni.e2e.scenario.CniNode.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.PodNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls come at the same time, in a bad order, or end half-way. */
@ExtendWith(CniNodeExtension.class)
class CniOrderIT {
  private final CniNode cni;

  CniOrderIT(CniNode cni) {
    this.cni = cni;
  }

  @Test
  void addsOfOnePodAtTheSameTimeAreOneAdd() throws Exception {
    var before = PodTraces.of(cni.node());
    var pod = cni.sandbox();
    var answers = atOnce(Collections.nCopies(20, cni.calling("ADD", pod)));
    var results = answers.stream().map(answer -> succeeds(answer).json()).distinct().toList();
    assertThat(results).as("one result for all").hasSize(1);
    var ip = answers.getFirst().address();
    var taken = new TreeSet<>(Checks.allocated(cni.node()));
    taken.removeAll(before.allocated());
    assertThat(taken).containsExactly(ip.toString());
    assertThat(Checks.pings(cni.node(), ip)).isTrue();
    cni.end(pod);
    before.awaitOn(cni.node());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void addsAndDeletionsInAnyOrderEndInWhatTheLastDeletionSays(long seed) throws Exception {
    var random = new Random(seed);
    var before = PodTraces.of(cni.node());
    var pods = new ArrayList<PodNetwork>();
    for (int i = 0; i < 4; i++) pods.add(cni.sandbox());
    var calls = new ArrayList<Callable<CniAnswer>>();
    for (int i = 0; i < 100; i++) {
      // One pod is asked for again and again, the others now and then.
      var pod = pods.get(random.nextBoolean() ? 0 : random.nextInt(pods.size()));
      calls.add(cni.calling(random.nextBoolean() ? "ADD" : "DEL", pod));
    }
    var answers = atOnce(calls);
    for (var pod : pods) cni.end(pod);
    for (var answer : answers) {
      assertThat(answer.succeeded() || answer.code() == 11).as("%s", answer).isTrue();
      // That would be the executable, tired of waiting.
      assertThat(answer.stdout()).doesNotContain("node agent:");
    }
    assertThat(answers).anyMatch(answer -> answer.stdout().contains("\"ips\""));
    before.awaitOn(cni.node());
  }

  @Test
  void afterExecsKilledAtRandomTimesOnlyLivingPodsHoldAddresses() throws Exception {
    var random = new Random(7);
    var before = PodTraces.of(cni.node());
    var pods = new ArrayList<PodNetwork>();
    var delays = new ArrayList<Integer>();
    for (int i = 0; i < 200; i++) {
      pods.add(cni.sandbox());
      // Some live and some die on machines of any speed.
      delays.add(i % 5 == 0 ? 30_000_000 : i % 5 == 1 ? 0 : random.nextInt(300_000));
    }
    var outcomes =
        atOnce(
            IntStream.range(0, 200)
                .mapToObj(i -> (Callable<Boolean>) () -> killed(pods.get(i), delays.get(i)))
                .toList());
    assertThat(outcomes).contains(true, false);
    var alive = new ArrayList<PodNetwork>();
    for (int i = 0; i < 200; i++) {
      // What a runtime does with a pod whose ADD it did not see succeed: the sandbox goes.
      if (outcomes.get(i)) cni.remove(pods.get(i));
      else alive.add(pods.get(i));
    }
    cni.collect(alive);
    var held = new TreeSet<String>();
    for (var pod : alive) held.add(cni.added(pod).address().toString());
    waitFor(
        "addresses used are those of living pods", () -> held.equals(Checks.allocated(cni.node())));
    for (var pod : alive) cni.end(pod);
    before.awaitOn(cni.node());
  }

  /** Returns whether the call was killed before it said that it had succeeded. */
  private boolean killed(PodNetwork pod, int micros) throws IOException, InterruptedException {
    var stdin = cni.config("1.0.0").encode();
    var process = cni.node().runtime().start(CniNode.PLUGIN, pod.environment("ADD"), stdin);
    boolean ended = process.waitFor(micros, TimeUnit.MICROSECONDS);
    if (!ended) process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
    return process.exitValue() != 0;
  }
}
