/** The clock by which both daemons measure durations is here. */
@NullMarked
package io.vpccni.rpc.time;

import org.jspecify.annotations.NullMarked;
