package io.vpccni.ipamd.ec2;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/** Runs something later on the same context; a test's is virtual. */
@FunctionalInterface
interface Later {
  void after(Duration delay, Runnable action);

  default Future<Void> pause(Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      return Future.succeededFuture();
    }
    var promise = Promise.<Void>promise();
    after(delay, promise::complete);
    return promise.future();
  }
}
