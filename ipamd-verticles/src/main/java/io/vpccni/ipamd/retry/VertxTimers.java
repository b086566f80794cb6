package io.vpccni.ipamd.retry;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Uses timers of Vert.x; actions run on the context on which they were asked for. */
public record VertxTimers(Vertx vertx) implements Timers {
  @Override
  public void after(Duration delay, Runnable action) {
    vertx.setTimer(Math.max(1, delay.toMillis()), _ -> action.run());
  }
}
