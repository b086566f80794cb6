package io.vpccni.netprog;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Waits for what the kernel or a program does by itself. It is there at once on an idle machine;
 * the bound is for one whose processors are all busy.
 */
public final class Wait {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private Wait() {}

  /**
   * Returns once the condition holds, and looks at it every 5 ms.
   *
   * @throws AssertionError if it does not hold within 30 s
   */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LONGEST.toSeconds() + " s: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
