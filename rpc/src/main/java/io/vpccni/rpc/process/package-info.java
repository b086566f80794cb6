/** This package has what our programs do alike as processes: start, stop and tell their version. */
@NullMarked
package io.vpccni.rpc.process;

import org.jspecify.annotations.NullMarked;
