/**
 * Unix sockets are safe to listen on here: each has one owner, the right mode from the first
 * moment, known peers, and no connection that stays silent.
 */
@NullMarked
package io.vpccni.rpc.socket;

import org.jspecify.annotations.NullMarked;
