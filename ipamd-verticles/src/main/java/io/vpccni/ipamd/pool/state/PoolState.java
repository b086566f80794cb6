package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.ledger.Ledger;

/**
 * This is everything the pool knows, in parts. It is immutable and shared: a change copies the part
 * it is in and a few tree nodes, and only a part's own methods make its next value. Readers take
 * what they need by {@code PoolViews}, {@code ReadinessCheck} and {@link DurableForm}.
 *
 * @param context what the pool is told of its settings, the instance and the node
 * @param ledger who has which address
 * @param cloud what was asked of EC2, and what its answers mean
 * @param growth how each card has been growing and shrinking
 * @param links what net-programmer says of the links on this node
 * @param calls ADDs and DELs that are not answered yet
 * @param disk what of it is on disk
 * @param conditions what is not as it should be
 * @param clocks what time it is, and when things were asked for last
 * @param nextId names the next request or waiting call; never used twice by one process
 */
public record PoolState(
    NodeContext context,
    Ledger ledger,
    Cloud cloud,
    GrowthHistory growth,
    Links links,
    Calls calls,
    Disk disk,
    Conditions conditions,
    Clocks clocks,
    long nextId) {

  /** Returns the state of a new process. */
  public static PoolState initial(PoolSettings settings) {
    return new PoolState(
        NodeContext.initial(settings),
        Ledger.EMPTY,
        Cloud.UNKNOWN,
        GrowthHistory.NONE,
        Links.UNKNOWN,
        Calls.NONE,
        Disk.EMPTY,
        Conditions.NONE,
        Clocks.NEVER,
        1);
  }
}
