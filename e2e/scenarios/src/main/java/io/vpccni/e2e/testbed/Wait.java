package io.vpccni.e2e.testbed;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits for a condition, or for a time. */
public final class Wait {
  private static final Duration INTERVAL = Duration.ofMillis(20);

  private Wait() {}

  /** Checks a condition that may not hold yet. */
  public interface Check {
    boolean holds() throws IOException;
  }

  /**
   * Waits until the condition holds.
   *
   * @param what names the condition in the message of a failure
   * @param otherwise tells more about a condition that did not come true
   * @throws IOException when the time is over
   */
  public static void until(String what, Duration atMost, Check check, Supplier<String> otherwise)
      throws IOException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!check.holds()) {
      if (System.nanoTime() > end) {
        throw new IOException(what + ": not within " + atMost.toSeconds() + " s" + otherwise.get());
      }
      pass(INTERVAL);
    }
  }

  public static void until(String what, Duration atMost, Check check) throws IOException {
    until(what, atMost, check, () -> "");
  }

  /**
   * Lets time pass.
   *
   * @throws IOException when the thread is interrupted
   */
  public static void pass(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }
}
