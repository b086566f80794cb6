/**
 * This package is what others may know of the address pool: how it is asked over the bus, what it
 * answers, its settings, its view, and what the checkpoint holds of it.
 *
 * <p>The pool itself is one pure function, {@code pool.decide.Pool.decide}, without a clock, a
 * thread or the network: time is part of each event, and what must be done is handed back as
 * commands. Its packages build on each other in this order: {@code ledger}, {@code state}, {@code
 * ask}, {@code calls}, {@code size}, {@code truth}, {@code decide}, and {@code service}, which
 * performs the commands.
 */
@NullMarked
package io.vpccni.ipamd.pool;

import org.jspecify.annotations.NullMarked;
