/**
 * This module holds what two processes share: the frame codec, the guarded Unix socket, addresses,
 * the log format, the bearer token and the instance limits.
 */
@NullMarked
package io.vpccni.rpc;

import org.jspecify.annotations.NullMarked;
