package io.vpccni.ipamd.pool.ledger;

/**
 * A tally counts addresses by what they are doing.
 *
 * @param blocks single addresses or prefixes, in any phase
 * @param freeBlocks those of which no address is in use in any way
 * @param free what an ADD could get
 */
public record Tally(
    int blocks,
    int freeBlocks,
    long free,
    int assigned,
    int cooling,
    int quarantined,
    long leaving) {
  public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0);

  public Tally plus(Tally other) {
    return new Tally(
        blocks + other.blocks(),
        freeBlocks + other.freeBlocks,
        free + other.free,
        assigned + other.assigned,
        cooling + other.cooling,
        quarantined + other.quarantined,
        leaving + other.leaving);
  }

  Tally minus(Tally other) {
    return new Tally(
        blocks - other.blocks(),
        freeBlocks - other.freeBlocks,
        free - other.free,
        assigned - other.assigned,
        cooling - other.cooling,
        quarantined - other.quarantined,
        leaving - other.leaving);
  }

  /** Returns how many addresses pods have or can get, now or after their rest. */
  public long total() {
    return free + assigned + cooling;
  }

  public int inUse() {
    return assigned + cooling + quarantined;
  }
}
