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
   * @param quiet for so long nothing has happened
   * @param enough so much has happened before
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

  /** Tells whether now is the time; the answer yes is given once. */
  boolean due(Instant now) {
    boolean due = happened >= enough && !now.isBefore(last.plus(quiet));
    if (due) happened = 0;
    return due;
  }
}
