package io.vpccni.ipamd.pool.state;

import java.time.Duration;
import java.time.Instant;

/**
 * Counts the changes of the host's own addresses. An address that comes and goes all the time, such
 * as one that two nodes fight for, must not have all links of the node listed each time, so the
 * pauses between the lists double as long as it goes on.
 *
 * @param last when they were last said to have changed
 * @param inARow how many lists in a row were outdated by another change soon after
 */
public record AddressChanges(Instant last, int inARow) {
  static final AddressChanges NONE = new AddressChanges(Instant.EPOCH, 0);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** After 16 s the list that is made every 30 s anyway is nearly due. */
  private static final int MOST_DOUBLINGS = 4;

  /** Changes that are this far apart have nothing to do with each other. */
  private static final Duration APART = Duration.ofMinutes(1);

  /**
   * Adds a change.
   *
   * @param listed when the last list was asked for
   */
  AddressChanges and(Instant now, Instant listed) {
    // The list to come shows this change together with the one before.
    if (!last.isBefore(listed)) return new AddressChanges(now, inARow);
    return new AddressChanges(now, last.plus(APART).isAfter(now) ? inARow + 1 : 0);
  }

  /** Returns the least time between two lists that are made because of changes. */
  public Duration pause() {
    return FIRST_PAUSE.multipliedBy(1L << Math.min(inARow, MOST_DOUBLINGS));
  }
}
