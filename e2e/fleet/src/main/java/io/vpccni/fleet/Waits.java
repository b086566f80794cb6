package io.vpccni.fleet;

import java.time.Duration;
import java.util.Arrays;

/** Records how long pods waited for their addresses, in milliseconds. */
final class Waits {
  private static final Duration LONG_WAIT = Duration.ofSeconds(5);

  private int[] millis = new int[1024];
  private int granted;
  private long refused;
  private Duration steady = Duration.ZERO;

  void granted(Duration wait, Duration at) {
    if (granted == millis.length) millis = Arrays.copyOf(millis, 2 * granted);
    millis[granted++] = Math.toIntExact(wait.toMillis());
    if (wait.compareTo(LONG_WAIT) > 0) steady = at;
  }

  void refused() {
    refused++;
  }

  /**
   * @param waiting how many pods have no address yet
   */
  FleetResult.Pods summary(long waiting) {
    var sorted = Arrays.copyOf(millis, granted);
    Arrays.sort(sorted);
    return new FleetResult.Pods(
        granted,
        refused,
        waiting,
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        quantile(sorted, 1),
        steady);
  }

  private static Duration quantile(int[] sorted, double share) {
    return sorted.length == 0
        ? Duration.ZERO
        : Duration.ofMillis(sorted[(int) Math.ceil(share * sorted.length) - 1]);
  }
}
