package io.vpccni.metricshelper.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Future;
import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.totals.Totals;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plays polls and CloudWatch's answers; nothing here needs a running Vert.x. */
class PublishVerticleTest {
  private final PublishProcessor<Totals> totals = PublishProcessor.create();
  private final List<List<Double>> sent = new ArrayList<>();
  private final List<Double> accepted = new ArrayList<>();
  private final Set<Double> bad = new HashSet<>();
  private final Deque<Future<Void>> answers = new ArrayDeque<>();
  private final PublishVerticle verticle = new PublishVerticle(totals, this::put, "blue");
  private int polls;
  private boolean throwing;

  private Future<Void> put(String clusterId, List<Point> points) {
    assertThat(clusterId).isEqualTo("blue");
    sent.add(points.stream().map(Point::value).toList());
    if (throwing) throw new IllegalStateException("the client is closed");
    var values = sent.getLast();
    if (values.stream().anyMatch(bad::contains)) {
      return Future.failedFuture(new MetricSink.Refused("no such value", new Exception()));
    }
    if (!answers.isEmpty()) return answers.remove();
    accepted.addAll(values);
    return Future.succeededFuture();
  }

  @BeforeEach
  void start() {
    assertThat(verticle.start().succeeded()).isTrue();
  }

  @Test
  void theValuesOfTwoPollsAreSentTogether() {
    polls(5);
    assertThat(sent).containsExactly(List.of(1.0, 2.0), List.of(3.0, 4.0));
  }

  @Test
  void whatIsNotTakenIsSentAgainLater() {
    answers.add(Future.failedFuture("Throttling"));
    polls(4);
    assertThat(sent).containsExactly(List.of(1.0, 2.0), List.of(1.0, 2.0, 3.0, 4.0));
  }

  @Test
  void aClientThatThrowsIsAFailureLikeAnyOther() {
    throwing = true;
    polls(2);
    throwing = false;
    polls(2);
    assertThat(sent).containsExactly(List.of(1.0, 2.0), List.of(1.0, 2.0, 3.0, 4.0));
  }

  @Test
  void afterMoreFailuresThePausesGrow() {
    answers.add(Future.failedFuture("Throttling"));
    answers.add(Future.failedFuture("Throttling"));
    polls(8);
    assertThat(sent).hasSize(3);
    assertThat(sent.getLast()).hasSize(8);
  }

  @Test
  void whatIsRefusedForGoodIsNotSentAgain() {
    bad.addAll(List.of(1.0, 2.0));
    polls(4);
    assertThat(sent)
        .containsExactly(List.of(1.0, 2.0), List.of(1.0), List.of(2.0), List.of(3.0, 4.0));
  }

  /** CloudWatch refuses a whole request for one value. */
  @Test
  void ofARequestThatIsRefusedForOneValueTheOthersAreKept() {
    bad.add(13.0);
    answers.add(Future.failedFuture("Throttling"));
    answers.add(Future.failedFuture("Throttling"));
    answers.add(Future.failedFuture("Throttling"));
    polls(30);
    assertThat(accepted).hasSize(29).doesNotContain(13.0).doesNotHaveDuplicates();
  }

  @Test
  void aRequestWhoseEveryValueIsRefusedIsNotTakenApartForEver() {
    for (int i = 0; i < 4; i++) answers.add(Future.failedFuture("Throttling"));
    polls(29);
    assertThat(sent).hasSize(4);
    sent.clear();
    for (int i = 1; i < 30; i++) bad.add((double) i);
    assertThat(verticle.stop().succeeded()).isTrue();
    // The first request, and two for each time that one is taken apart.
    assertThat(sent).hasSize(1 + 2 * 20);
    assertThat(accepted).isEmpty();
  }

  @Test
  void whenItStopsTheRestIsSent() {
    polls(3);
    assertThat(verticle.stop().succeeded()).isTrue();
    assertThat(sent).containsExactly(List.of(1.0, 2.0), List.of(3.0));
  }

  @Test
  void whenItStopsTheRestIsSentAlsoAfterAFailure() {
    answers.add(Future.failedFuture("Throttling"));
    polls(3);
    assertThat(verticle.stop().succeeded()).isTrue();
    assertThat(sent).containsExactly(List.of(1.0, 2.0), List.of(1.0, 2.0, 3.0));
  }

  private void polls(int number) {
    for (int i = 0; i < number; i++) {
      polls++;
      totals.onNext(
          new Totals(
              Instant.EPOCH.plusSeconds(polls),
              Map.of(Metric.ASSIGNED_ADDRESSES, (double) polls),
              new Totals.Coverage(1, 1, 0)));
    }
  }
}
