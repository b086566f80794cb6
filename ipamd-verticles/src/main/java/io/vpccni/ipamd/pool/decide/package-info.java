/**
 * This package is the way into the pool. {@link io.vpccni.ipamd.pool.decide.Pool#decide} takes a
 * state and an event and returns the next state and what must be done. Views of a state are made
 * here too.
 */
@NullMarked
package io.vpccni.ipamd.pool.decide;

import org.jspecify.annotations.NullMarked;
