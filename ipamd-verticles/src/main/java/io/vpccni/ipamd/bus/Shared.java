package io.vpccni.ipamd.bus;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives one answer to all who ask while it is under way; who asks later starts anew. It is for one
 * context only.
 */
public final class Shared<T> {
  private @Nullable Future<T> underWay;

  public Future<T> join(Supplier<Future<T>> start) {
    var present = underWay;
    if (present != null) {
      return present;
    }
    var started = start.get();
    if (!started.isComplete()) {
      underWay = started;
      // A future of its own for the callers would only hide that all get the same one.
      started.onComplete(_ -> underWay = null);
    }
    return started;
  }
}
