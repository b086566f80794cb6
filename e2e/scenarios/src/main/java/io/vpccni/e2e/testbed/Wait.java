package io.vpccni.e2e.testbed;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits for a condition with a deadline. */
public final class Wait {
  private static final int MILLIS = 20;

  private Wait() {}

  /** Something that may not be true yet. */
  public interface Check {
    boolean holds() throws IOException;
  }

  /**
   * @param otherwise says more when it did not come true
   * @throws IOException when the time is over
   */
  public static void until(String what, Duration atMost, Check check, Supplier<String> otherwise)
      throws IOException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!check.holds()) {
      if (System.nanoTime() > end) {
        throw new IOException(what + ": not within " + atMost.toSeconds() + " s" + otherwise.get());
      }
      try {
        Thread.sleep(MILLIS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting: " + what, stopped);
      }
    }
  }

  public static void until(String what, Duration atMost, Check check) throws IOException {
    until(what, atMost, check, () -> "");
  }
}
