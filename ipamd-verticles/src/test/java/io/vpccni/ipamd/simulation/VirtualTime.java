package io.vpccni.ipamd.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that jumps from one thing to do to the next; equal times run in the order asked for. */
final class VirtualTime {
  private record Task(Instant at, long order, Runnable run) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparing(Task::at).thenComparingLong(Task::order));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long order;

  Instant now() {
    return now;
  }

  void in(Duration delay, Runnable run) {
    at(now.plus(delay), run);
  }

  void at(Instant when, Runnable run) {
    tasks.add(new Task(when.isBefore(now) ? now : when, order++, run));
  }

  void runFor(Duration duration) {
    var end = now.plus(duration);
    while (!tasks.isEmpty() && !tasks.element().at().isAfter(end)) {
      var task = tasks.remove();
      now = task.at();
      task.run().run();
    }
    now = end;
  }
}
