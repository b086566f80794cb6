package io.vpccni.fleet;

import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * This clock jumps from one action to the next. Actions of the same time run in the order in which
 * they were asked for, so a run follows from its seed alone. Times are kept as microseconds in a
 * binary heap of primitive numbers, because a large fleet has tens of thousands of them waiting.
 */
final class VirtualClock implements Scheduler, InstantSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private long[] times = new long[1024];
  private long[] orders = new long[1024];
  private @Nullable Runnable[] actions = new Runnable[1024];
  private int size;
  private long now;
  private long order;

  @Override
  public Instant now() {
    return START.plusNanos(now * 1000);
  }

  @Override
  public Instant instant() {
    return now();
  }

  /** Returns how long the run has lasted in virtual time. */
  Duration elapsed() {
    return Duration.ofNanos(now * 1000);
  }

  @Override
  public void after(Duration delay, Runnable action) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      orders = Arrays.copyOf(orders, 2 * size);
      actions = Arrays.copyOf(actions, 2 * size);
    }
    // Rounded up, because an action must not run before its time.
    long at = now + Math.max(0, Math.ceilDiv(delay.toNanos(), 1000));
    int place = size++;
    long number = order++;
    while (place > 0) {
      int parent = (place - 1) / 2;
      if (!isBefore(at, number, parent)) break;
      move(parent, place);
      place = parent;
    }
    put(place, at, number, action);
  }

  /** Runs what is due until this much time has passed since the start. */
  void runUntil(Duration end) {
    long last = end.toNanos() / 1000;
    while (size > 0 && times[0] <= last) {
      now = times[0];
      var action = Objects.requireNonNull(actions[0]);
      removeFirst();
      action.run();
    }
    now = last;
  }

  private void removeFirst() {
    int last = --size;
    long at = times[last];
    long number = orders[last];
    var action = actions[last];
    actions[last] = null;
    if (size == 0) return;
    int place = 0;
    while (true) {
      int child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(times[child + 1], orders[child + 1], child)) child++;
      if (isBefore(at, number, child)) break;
      move(child, place);
      place = child;
    }
    put(place, at, number, action);
  }

  private boolean isBefore(long at, long number, int place) {
    return at < times[place] || (at == times[place] && number < orders[place]);
  }

  private void move(int from, int to) {
    put(to, times[from], orders[from], actions[from]);
  }

  private void put(int place, long at, long number, @Nullable Runnable action) {
    times[place] = at;
    orders[place] = number;
    actions[place] = action;
  }
}
