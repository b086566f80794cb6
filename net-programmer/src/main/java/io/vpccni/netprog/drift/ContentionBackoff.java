package io.vpccni.netprog.drift;

import java.time.Duration;

/**
 * Distinguishes accidental drift from contention. An object that somebody removed is restored at
 * once. One that is gone again at every check belongs to a program that does not give up, and
 * restoring it forever helps nobody: the pause between repairs doubles, and an operator is told.
 *
 * @param repairs number of consecutive checks that found something to repair
 */
public record ContentionBackoff(int repairs) {
  public static final ContentionBackoff NONE = new ContentionBackoff(0);

  /** Up to this many repairs in a row may be accidents. */
  private static final int ACCIDENTS = 3;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** Returns the state after a check that found {@code changes} things to repair. */
  public ContentionBackoff after(int changes) {
    return changes == 0
        ? NONE
        : new ContentionBackoff(Math.min(repairs + 1, Integer.MAX_VALUE - 1));
  }

  public boolean contested() {
    return repairs > ACCIDENTS;
  }

  /**
   * Returns the time until the next check.
   *
   * @param usual the pause without contention
   */
  public Duration pause(Duration usual) {
    if (!contested()) {
      return usual;
    }
    var doubled = usual.multipliedBy(1L << Math.min(repairs - ACCIDENTS, 16));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
