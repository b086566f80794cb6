package io.vpccni.metricshelper.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.metricshelper.leader.Leadership;
import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.reading.PodReading;
import io.vpccni.metricshelper.totals.PodId;
import io.vpccni.metricshelper.totals.Totals;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever the client does, the next tick polls again. */
class PollVerticleTest {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final AtomicInteger lists = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger(100);
  private final LinkedBlockingQueue<Totals> totals = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  /** fabric8 throws where it makes a request, for a header that cannot be sent for example. */
  private final class Pods implements AgentPods {
    private final int throwsAt;

    Pods(int throwsAt) {
      this.throwsAt = throwsAt;
    }

    @Override
    public Future<List<PodId>> list() {
      if (lists.incrementAndGet() == throwsAt) throw new IllegalStateException("no such header");
      return Future.succeededFuture(List.of(new PodId("a", "1")));
    }

    @Override
    public Future<PodReading> read(PodId pod) {
      return Future.succeededFuture(
          new PodReading.Builder()
              .add(Metric.ENIS, 1)
              .add(Metric.ADD_REQUESTS, requests.get())
              .build());
    }
  }

  @Test
  void aClientThatThrowsAtTheStartStopsNothing() throws InterruptedException, TimeoutException {
    pollWith(new Pods(1));
    assertThat(totals.poll(30, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aClientThatThrowsLaterStopsNothing() throws InterruptedException, TimeoutException {
    pollWith(new Pods(2));
    assertThat(totals.poll(30, TimeUnit.SECONDS)).isNotNull();
    assertThat(totals.poll(30, TimeUnit.SECONDS)).isNotNull();
    assertThat(lists.get()).isGreaterThanOrEqualTo(3);
  }

  /** What agents count while another replica leads is published by that one. */
  @Test
  void onlyALeaderPollsAndItStartsAfresh() throws InterruptedException, TimeoutException {
    var leadership = new Switch();
    pollWith(new Pods(0), leadership);
    leadership.turn(true);
    assertThat(totals.poll(30, TimeUnit.SECONDS)).isNotNull();
    leadership.turn(false);
    // Whatever was under way has come to its end when a later turn of the event loop runs.
    onEventLoop(() -> totals.clear());
    int before = lists.get();
    onEventLoop(() -> {});
    assertThat(lists.get()).isEqualTo(before);
    assertThat(totals).isEmpty();
    requests.set(107);
    leadership.turn(true);
    var first = totals.poll(30, TimeUnit.SECONDS);
    assertThat(first).isNotNull();
    assertThat(first.values().getOrDefault(Metric.ADD_REQUESTS, 0.0)).isZero();
  }

  private void pollWith(AgentPods pods) throws TimeoutException {
    pollWith(pods, Leadership.ALONE);
  }

  private void pollWith(AgentPods pods, Leadership leadership) throws TimeoutException {
    var verticle =
        new PollVerticle(_ -> pods, Duration.ofMillis(20), InstantSource.system(), leadership);
    var _ = verticle.totals().subscribe(totals::add);
    vertx.deployVerticle(verticle).await(30, TimeUnit.SECONDS);
  }

  private void onEventLoop(Runnable work) throws TimeoutException {
    var done = Promise.<Void>promise();
    // Several intervals later, so that a poll that should not be would have been.
    vertx.setTimer(
        100,
        _ -> {
          work.run();
          done.complete();
        });
    done.future().await(30, TimeUnit.SECONDS);
  }

  /** A leadership that the test turns on and off. */
  private final class Switch implements Leadership {
    private final PublishProcessor<Boolean> changes = PublishProcessor.create();
    private boolean on;

    void turn(boolean now) {
      vertx.runOnContext(
          _ -> {
            on = now;
            changes.onNext(now);
          });
    }

    @Override
    public boolean leads() {
      return on;
    }

    @Override
    public boolean isDecided() {
      return true;
    }

    @Override
    public Flowable<Boolean> changes() {
      return changes.onBackpressureBuffer();
    }
  }
}
