package io.vpccni.ipamd.retry;

import io.vertx.core.Vertx;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;

/** Adds the agent's clock to timers of Vert.x. */
public record VertxScheduler(Vertx vertx, ElapsedClock clock) implements Scheduler {
  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public void after(Duration delay, Runnable action) {
    new VertxTimers(vertx).after(delay, action);
  }
}
