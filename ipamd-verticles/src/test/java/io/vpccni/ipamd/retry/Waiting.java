package io.vpccni.ipamd.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits in real time for what a test expects, and fails the test when it does not come. */
public final class Waiting {
  public static final Duration DEADLINE = Duration.ofSeconds(60);

  private Waiting() {}

  public static <T> T done(Future<T> future) {
    try {
      return future.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not done within " + DEADLINE, late);
    }
  }

  public static void within(String what, BooleanSupplier condition) {
    within(what, DEADLINE, condition);
  }

  public static void within(String what, Duration deadline, BooleanSupplier condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within %s: %s", deadline, what).isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
