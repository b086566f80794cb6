package io.vpccni.netprog.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Admits a limited number of requests and lets a limited number wait, in order. One whose caller
 * has stopped waiting is not started. It is used from one event loop.
 */
final class AdmissionQueue {
  private record Waiting(long startBefore, Runnable start, Promise<?> result) {}

  private final int running;
  private final int waiting;
  private final ElapsedClock clock;
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private int active;

  /**
   * Sets the limits.
   *
   * @param running number of requests that run at the same time, 1 or more
   * @param waiting number of requests that may wait for them
   */
  AdmissionQueue(int running, int waiting, ElapsedClock clock) {
    this.running = running;
    this.waiting = waiting;
    this.clock = clock;
  }

  /**
   * Runs the work when its turn comes.
   *
   * @param patience how long the caller waits; zero means forever
   * @return fails with a BUSY {@link Refusal} if the work was not started
   */
  <T> Future<T> take(Duration patience, Supplier<Future<T>> work) {
    Promise<T> result = Promise.promise();
    if (active < running) {
      run(work, result);
    } else if (queue.size() >= waiting) {
      result.fail(busy(active + " requests are at work and " + queue.size() + " wait"));
    } else {
      long until = patience.isZero() ? Long.MAX_VALUE : clock.millis() + patience.toMillis();
      queue.add(new Waiting(until, () -> run(work, result), result));
    }
    return result.future();
  }

  private <T> void run(Supplier<Future<T>> work, Promise<T> result) {
    active++;
    Future.succeededFuture()
        .compose(_ -> work.get())
        .onComplete(
            done -> {
              active--;
              result.handle(done);
              next();
            });
  }

  private void next() {
    while (active < running && !queue.isEmpty()) {
      var first = queue.remove();
      if (clock.millis() < first.startBefore) first.start.run();
      else first.result.fail(busy("the caller's deadline passed before its turn came"));
    }
  }

  private static Refusal busy(String why) {
    return new Refusal(Refusal.Kind.BUSY, "nothing was done: " + why);
  }
}
