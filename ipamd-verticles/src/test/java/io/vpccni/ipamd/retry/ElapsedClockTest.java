package io.vpccni.ipamd.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Durations do not follow the wall clock. */
class ElapsedClockTest {
  @Test
  void aWallClockThatJumpsChangesNothing() {
    var start = Instant.parse("2026-01-01T00:00:00Z");
    var wall = new AtomicReference<>(start);
    var nanos = new AtomicLong(Long.MAX_VALUE - 5);
    var clock = new ElapsedClock(wall::get, nanos::get);
    wall.set(start.minus(Duration.ofHours(5)));
    assertThat(clock.instant()).isEqualTo(start);
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    wall.set(start.plus(Duration.ofDays(2)));
    assertThat(clock.instant()).as("also when nanoTime overflows").isEqualTo(start.plusSeconds(3));
  }
}
