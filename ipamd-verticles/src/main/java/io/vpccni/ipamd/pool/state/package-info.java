/**
 * This package holds everything the pool knows, in immutable parts, and one step from a state to
 * the next: the event that causes it, the transition under way, and the commands that follow from
 * it.
 */
@NullMarked
package io.vpccni.ipamd.pool.state;

import org.jspecify.annotations.NullMarked;
