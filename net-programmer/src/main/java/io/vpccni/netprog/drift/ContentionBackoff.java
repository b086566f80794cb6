package io.vpccni.netprog.drift;

import java.time.Duration;

/**
 * Tells drift from a fight. A rule that somebody removed is put back at once; one that is gone
 * again at each check belongs to a writer that does not give up, and putting it back for ever helps
 * nobody: the pause between repairs doubles, and a person is told.
 *
 * @param repairs checks in a row that found something to repair
 */
public record ContentionBackoff(int repairs) {
  public static final ContentionBackoff NONE = new ContentionBackoff(0);

  /** So often in a row nobody removes something by accident. */
  private static final int ACCIDENTS = 3;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** After a check that found {@code changes} things to repair. */
  public ContentionBackoff after(int changes) {
    return changes == 0 ? NONE : new ContentionBackoff(Math.min(repairs + 1, Integer.MAX_VALUE - 1));
  }

  public boolean contested() {
    return repairs > ACCIDENTS;
  }

  /** How long to wait until the next check, where {@code usual} is the pause without a contest. */
  public Duration pause(Duration usual) {
    if (!contested()) {
      return usual;
    }
    var doubled = usual.multipliedBy(1L << Math.min(repairs - ACCIDENTS, 16));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
