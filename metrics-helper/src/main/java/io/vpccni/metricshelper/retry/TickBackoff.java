package io.vpccni.metricshelper.retry;

/**
 * Decides at which ticks of a clock something is tried. After each failure in a row twice as many
 * ticks pass, up to {@link #MOST}. It is immutable.
 *
 * @param failures the number of failures in a row
 * @param left the number of ticks that still pass
 */
public record TickBackoff(int failures, int left) {
  /** This is the state before the first failure. */
  public static final TickBackoff NONE = new TickBackoff(0, 0);

  /** At most this many ticks pass from one attempt to the next. */
  static final int MOST = 10;

  public boolean isDue() {
    return left == 0;
  }

  /** Lets one tick pass without an attempt. */
  public TickBackoff pass() {
    return new TickBackoff(failures, Math.max(0, left - 1));
  }

  public TickBackoff failed() {
    int ticks = Math.min(MOST, 1 << Math.min(failures, 10));
    return new TickBackoff(failures + 1, ticks - 1);
  }
}
