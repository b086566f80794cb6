package io.vpccni.e2e.scenario;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Tests wait for the results of asynchronous calls here. */
final class Futures {
  private static final int SECONDS = 120;

  private Futures() {}

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
  }
}
