/**
 * This package follows ADD and DEL from their arrival to their answer: waiting, choosing an
 * address, writing it down, and telling the caller only what is on disk.
 */
@NullMarked
package io.vpccni.ipamd.pool.calls;

import org.jspecify.annotations.NullMarked;
