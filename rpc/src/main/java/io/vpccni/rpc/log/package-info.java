/** The log lines of our processes are written here. */
@NullMarked
package io.vpccni.rpc.log;

import org.jspecify.annotations.NullMarked;
