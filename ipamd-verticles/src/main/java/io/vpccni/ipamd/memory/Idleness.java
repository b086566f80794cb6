package io.vpccni.ipamd.memory;

import java.time.Duration;
import java.time.Instant;

/**
 * Decides when a collection is worth its pause: enough has happened since the last one, and nothing
 * for a while. The start counts as enough.
 */
final class Idleness {
  private final Duration quiet;
  private final int enough;
  private int happened;
  private Instant last;

  /**
   * @param quiet how long nothing must have happened
   * @param enough how much must have happened before
   */
  Idleness(Duration quiet, int enough, Instant started) {
    this.quiet = quiet;
    this.enough = enough;
    this.happened = enough;
    this.last = started;
  }

  void happened(Instant now) {
    happened++;
    last = now;
  }

  /** Tells whether a collection is due now, and answers yes only once. */
  boolean due(Instant now) {
    boolean due = happened >= enough && !now.isBefore(last.plus(quiet));
    if (due) happened = 0;
    return due;
  }
}
