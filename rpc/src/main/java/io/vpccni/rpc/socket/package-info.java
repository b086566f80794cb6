/**
 * Unix sockets that are safe to listen on: one owner, the right mode from the first moment, known
 * peers, no idle strangers.
 */
@NullMarked
package io.vpccni.rpc.socket;

import org.jspecify.annotations.NullMarked;
