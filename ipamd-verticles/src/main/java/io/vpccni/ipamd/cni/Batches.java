package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes many calls of our own, a few at a time, so that the runtime's calls find room beside them.
 */
final class Batches {
  private static final int SIZE = 16;

  private Batches() {}

  /**
   * Makes the call for each item, whatever becomes of the others; completes with the reasons of
   * those that failed.
   */
  static <T> Future<List<Throwable>> of(List<T> items, Function<T, Future<?>> call) {
    return from(0, items, call, new ArrayList<>());
  }

  private static <T> Future<List<Throwable>> from(
      int first, List<T> items, Function<T, Future<?>> call, List<Throwable> failures) {
    if (first >= items.size()) return Future.succeededFuture(failures);
    var group = items.subList(first, Math.min(first + SIZE, items.size()));
    return Future.join(group.stream().map(call).map(one -> one.onFailure(failures::add)).toList())
        .transform(_ -> from(first + SIZE, items, call, failures));
  }
}
