package io.vpccni.ipamd.retry;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Supplier;

/** Runs actions later on the context that owns it. */
public interface Timers {
  void after(Duration delay, Runnable action);

  default Future<Void> pause(Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      return Future.succeededFuture();
    }
    var promise = Promise.<Void>promise();
    after(delay, promise::complete);
    return promise.future();
  }

  /**
   * Runs the action for ever, each time after the end of the one before, however that ended.
   *
   * @param pause asked for anew each time
   */
  default void repeat(Duration first, Supplier<Duration> pause, Supplier<Future<?>> action) {
    pause(first)
        .compose(_ -> action.get())
        .onComplete(_ -> after(pause.get(), () -> repeat(Duration.ZERO, pause, action)));
  }
}
