/** This package has pauses that double, and timers that a test can move by hand. */
@NullMarked
package io.vpccni.ipamd.retry;

import org.jspecify.annotations.NullMarked;
