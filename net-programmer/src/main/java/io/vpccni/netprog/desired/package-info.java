/**
 * The desired state of the node and its pods as validated values, and the boundary between those who
 * ask (the socket) and the one who acts (the kernel's side). Pure: no protobuf, no Vert.x, no
 * native calls.
 */
@NullMarked
package io.vpccni.netprog.desired;

import org.jspecify.annotations.NullMarked;
