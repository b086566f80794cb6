/** How the log lines of our processes look. */
@NullMarked
package io.vpccni.rpc.log;

import org.jspecify.annotations.NullMarked;
