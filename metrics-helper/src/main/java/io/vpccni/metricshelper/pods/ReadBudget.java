package io.vpccni.metricshelper.pods;

/**
 * Limits how many bytes of unfinished answers are held at one time, whatever the other side sends.
 * An answer that is no larger than its share always fits; a larger one fits while there is room. So
 * at most twice the budget is held. It belongs to one context.
 */
final class ReadBudget {
  private final long bytes;
  private final long share;
  private long held;

  /**
   * @param answers how many answers are read at one time
   */
  ReadBudget(long bytes, int answers) {
    this.bytes = bytes;
    this.share = bytes / answers;
  }

  /**
   * Takes bytes for an answer and tells whether they fit. If not, none are taken.
   *
   * @param before the number of bytes that the answer has taken so far
   */
  boolean take(long before, long more) {
    if (held + more > bytes && before + more > share) return false;
    held += more;
    return true;
  }

  void giveBack(long taken) {
    held -= taken;
  }
}
