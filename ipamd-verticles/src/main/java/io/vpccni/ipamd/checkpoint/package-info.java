/**
 * This package holds what survives the process: the reference's file format, and how it reaches the
 * disk.
 */
@NullMarked
package io.vpccni.ipamd.checkpoint;

import org.jspecify.annotations.NullMarked;
