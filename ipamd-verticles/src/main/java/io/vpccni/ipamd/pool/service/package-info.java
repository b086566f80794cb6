/**
 * The pool on the event bus: the one verticle that owns the pool's state, and how others ask it.
 */
@NullMarked
package io.vpccni.ipamd.pool.service;

import org.jspecify.annotations.NullMarked;
