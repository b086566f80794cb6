package io.vpccni.netprog.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A request waits for its turn as long as its caller does, whatever the wall clock says. */
class AdmissionQueueTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final AtomicReference<Instant> wallClock =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final AtomicLong nanos = new AtomicLong();
  private final AdmissionQueue queue =
      new AdmissionQueue(1, 1, new ElapsedClock(wallClock::get, nanos::get));
  private final Promise<String> atWork = Promise.promise();

  private Future<String> waiting() {
    queue.take(PATIENCE, atWork::future);
    return queue.take(PATIENCE, () -> Future.succeededFuture("done"));
  }

  @Test
  void aWallClockThatIsSetForwardEndsNoWait() {
    var waiting = waiting();
    nanos.addAndGet(PATIENCE.minusMillis(1).toNanos());
    wallClock.updateAndGet(before -> before.plus(Duration.ofHours(3)));
    atWork.complete();
    assertThat(waiting.result()).isEqualTo("done");
  }

  @Test
  void aWallClockThatIsSetBackProlongsNoWait() {
    var waiting = waiting();
    nanos.addAndGet(PATIENCE.toNanos());
    wallClock.updateAndGet(before -> before.minus(Duration.ofHours(3)));
    atWork.complete();
    assertThat(waiting.cause())
        .isInstanceOfSatisfying(
            Refusal.class, why -> assertThat(why.kind()).isEqualTo(Refusal.Kind.BUSY));
  }
}
