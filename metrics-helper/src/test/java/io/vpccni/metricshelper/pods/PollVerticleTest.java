package io.vpccni.metricshelper.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger lists = new AtomicInteger();
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
      return Future.succeededFuture(new PodReading.Builder().add(Metric.ENIS, 1).build());
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

  private void pollWith(AgentPods pods) throws TimeoutException {
    var verticle = new PollVerticle(_ -> pods, Duration.ofMillis(20), InstantSource.system());
    var _ = verticle.totals().subscribe(totals::add);
    vertx.deployVerticle(verticle).await(30, TimeUnit.SECONDS);
  }
}
