package io.vpccni.metricshelper.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.reading.PodReading;
import io.vpccni.metricshelper.totals.PodId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PollRunTest {
  private static final PodReading READING = new PodReading.Builder().add(Metric.ENIS, 1).build();

  /** Answers when the test says so. */
  private static final class Pods implements AgentPods {
    private final List<PodId> all;
    private final Map<PodId, Promise<PodReading>> asked = new LinkedHashMap<>();

    Pods(int number) {
      all = IntStream.range(0, number).mapToObj(i -> new PodId("pod-" + i, "" + i)).toList();
    }

    @Override
    public Future<List<PodId>> list() {
      return Future.succeededFuture(all);
    }

    @Override
    public Future<PodReading> read(PodId pod) {
      var answer = Promise.<PodReading>promise();
      asked.put(pod, answer);
      return answer.future();
    }

    void answer() {
      var now = new ArrayList<>(asked.values());
      now.stream()
          .filter(answer -> !answer.future().isComplete())
          .forEach(a -> a.complete(READING));
    }
  }

  @Test
  void noMoreThanTheGivenNumberIsAskedAtOnce() {
    var pods = new Pods(10);
    var run = PollRun.of(pods, Instant.EPOCH, 4);
    assertThat(pods.asked).hasSize(4);
    pods.answer();
    assertThat(pods.asked).hasSize(8);
    assertThat(run.isComplete()).isFalse();
    pods.answer();
    pods.answer();
    assertThat(run.result().poll().answers()).hasSize(10);
  }

  @Test
  void aPodThatFailsDoesNotStopTheOthers() {
    var pods = new Pods(3);
    var run = PollRun.of(pods, Instant.EPOCH, 1);
    pods.answer();
    pods.asked.get(pods.all.get(1)).fail("it hung up");
    pods.answer();
    assertThat(run.result().poll().answers()).containsOnlyKeys(pods.all.get(0), pods.all.get(2));
    assertThat(run.result().failures()).isEqualTo(Map.of(pods.all.get(1), "it hung up"));
    assertThat(run.result().poll().listed()).isEqualTo(pods.all);
  }

  @Test
  void aClusterWithoutAgentsIsPolledAtOnce() {
    assertThat(PollRun.of(new Pods(0), Instant.EPOCH, 4).result().poll().listed()).isEmpty();
  }

  @Test
  void thousandsOfAnswersThatAreThereAtOnceNeedNoStack() {
    var pods = new Pods(20_000);
    var ready =
        new AgentPods() {
          @Override
          public Future<List<PodId>> list() {
            return pods.list();
          }

          @Override
          public Future<PodReading> read(PodId pod) {
            return Future.succeededFuture(READING);
          }
        };
    assertThat(PollRun.of(ready, Instant.EPOCH, 8).result().poll().answers()).hasSize(20_000);
  }

  @Test
  void aPodThatCannotBeAskedIsOneThatDoesNotAnswer() {
    var pods = new Pods(3);
    var throwing =
        new AgentPods() {
          @Override
          public Future<List<PodId>> list() {
            return pods.list();
          }

          @Override
          public Future<PodReading> read(PodId pod) {
            if (pod.equals(pods.all.get(1))) throw new IllegalStateException("no such header");
            return Future.succeededFuture(READING);
          }
        };
    var result = PollRun.of(throwing, Instant.EPOCH, 1).result();
    assertThat(result.poll().answers()).containsOnlyKeys(pods.all.get(0), pods.all.get(2));
    assertThat(result.failures()).isEqualTo(Map.of(pods.all.get(1), "no such header"));
  }
}
