package io.vpccni.e2e.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does a few things at a time. */
final class Parallel {
  private static final int AT_ONCE = 8;

  private Parallel() {}

  /**
   * Returns the results in the order of the items.
   *
   * @throws IOException the first failure
   */
  static <A, B> List<B> map(List<A> items, Function<A, Callable<B>> work) throws IOException {
    try (var pool = Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().daemon().factory())) {
      var results = new ArrayList<B>();
      for (Future<B> done : pool.invokeAll(items.stream().map(work).toList())) {
        results.add(done.get());
      }
      return results;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException known) {
        throw known;
      }
      throw new IOException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }
}
