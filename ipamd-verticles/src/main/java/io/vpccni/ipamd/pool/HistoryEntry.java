package io.vpccni.ipamd.pool;

import java.time.Instant;

/**
 * This is one thing that the pool decided or learned.
 *
 * @param at when, on the pool's clock
 * @param what a sentence for a person
 * @param why sentences for a person; empty where {@code what} says it all
 */
public record HistoryEntry(Instant at, String what, String why) {}
