/**
 * This package puts the pool on the event bus: it has the one verticle that owns the pool's state,
 * and the way in which others ask it.
 */
@NullMarked
package io.vpccni.ipamd.pool.service;

import org.jspecify.annotations.NullMarked;
