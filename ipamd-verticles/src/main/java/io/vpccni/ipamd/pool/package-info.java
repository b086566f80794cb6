/**
 * The address pool: what is held, what is wanted, and what happens next, as one pure function
 * ({@code Pool.decide}). No clock, no thread, no network: time is part of each event, and what must
 * be done is handed back as commands.
 */
@NullMarked
package io.vpccni.ipamd.pool;

import org.jspecify.annotations.NullMarked;
