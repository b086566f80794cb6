package io.vpccni.ipamd.retry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A clock and timers that move only when told to. */
public final class VirtualTime implements Scheduler, InstantSource {
  private record Due(Instant at, long number, Runnable action) {}

  private final Queue<Due> due =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::number));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long number;

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void after(Duration delay, Runnable action) {
    due.add(new Due(now.plus(delay), number++, action));
  }

  public void advance(Duration by) {
    var end = now.plus(by);
    for (var next = due.peek(); next != null && !next.at().isAfter(end); next = due.peek()) {
      due.remove(next);
      now = next.at();
      next.action().run();
    }
    now = end;
  }
}
