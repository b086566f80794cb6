/** What two processes share: the frame codec, the guarded Unix socket, the instance limits. */
@NullMarked
package io.vpccni.rpc;

import org.jspecify.annotations.NullMarked;
