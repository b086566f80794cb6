package io.vpccni.ipamd.retry;

import io.vertx.core.Vertx;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;

/** Uses timers of Vert.x; actions run on the context on which they were asked for. */
public record VertxScheduler(Vertx vertx, ElapsedClock clock) implements Scheduler {
  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public void after(Duration delay, Runnable action) {
    vertx.setTimer(Math.max(1, delay.toMillis()), _ -> action.run());
  }
}
