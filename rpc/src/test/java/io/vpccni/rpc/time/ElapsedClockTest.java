package io.vpccni.rpc.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Durations do not follow the wall clock, and dates do. */
class ElapsedClockTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> wall = new AtomicReference<>(START);
  private final AtomicLong nanos = new AtomicLong(Duration.ofHours(3).toNanos());

  @Test
  void aWallClockThatJumpsChangesNothing() {
    nanos.set(Long.MAX_VALUE - 5);
    var clock = new ElapsedClock(wall::get, nanos::get);
    wall.set(START.minus(Duration.ofHours(5)));
    assertThat(clock.instant()).isEqualTo(START);
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    wall.set(START.plus(Duration.ofDays(2)));
    assertThat(clock.instant()).as("also when nanoTime overflows").isEqualTo(START.plusSeconds(3));
  }

  @Test
  void aDateIsTheWallClocksAsItIsSetNow() {
    var clock = new ElapsedClock(wall::get, nanos::get);
    assertThat(clock.date(START)).isEqualTo(START);
    wall.set(START.minus(Duration.ofHours(5)));
    assertThat(clock.date(START)).isEqualTo(START.minus(Duration.ofHours(5)));
    assertThat(clock.wallClockAhead()).isEqualTo(Duration.ofHours(-5));
    wall.set(START.plus(Duration.ofHours(7)).plusMillis(499));
    assertThat(clock.wallClockAhead()).isEqualTo(Duration.ofHours(7));
  }

  @Test
  void lessThanASecondIsNoJump() {
    var clock = new ElapsedClock(wall::get, nanos::get);
    wall.set(START.plusMillis(400));
    assertThat(clock.wallClockAhead()).isZero();
    wall.set(START.minusMillis(400));
    assertThat(clock.wallClockAhead()).isZero();
  }

  /** Otherwise the dates of what did not change would be written anew each time. */
  @Test
  void aDifferenceAboutHalfASecondDoesNotComeAndGo() {
    var clock = new ElapsedClock(wall::get, nanos::get);
    for (int millis : new int[] {490, 510, 499, 501, 640}) {
      wall.set(START.plusMillis(millis));
      assertThat(clock.wallClockAhead()).as("%d ms", millis).isZero();
    }
    wall.set(START.plusMillis(900));
    assertThat(clock.wallClockAhead()).isEqualTo(Duration.ofSeconds(1));
    wall.set(START.plusMillis(450));
    assertThat(clock.wallClockAhead()).isEqualTo(Duration.ofSeconds(1));
    wall.set(START.plusMillis(100));
    assertThat(clock.wallClockAhead()).isZero();
    wall.set(START.minusMillis(510));
    assertThat(clock.wallClockAhead()).as("also backwards").isZero();
    wall.set(START.minusMillis(900));
    assertThat(clock.wallClockAhead()).isEqualTo(Duration.ofSeconds(-1));
  }

  @Test
  void processesOfOneBootAgreeWhenThatWas() {
    var first = new ElapsedClock(wall::get, nanos::get);
    nanos.addAndGet(Duration.ofMinutes(9).toNanos());
    wall.set(START.plus(Duration.ofMinutes(9)));
    assertThat(new ElapsedClock(wall::get, nanos::get).boot())
        .isEqualTo(first.boot())
        .isEqualTo(START.minus(Duration.ofHours(3)));
  }
}
