/**
 * This package holds the desired state of the node and its pods as validated values, and the
 * interface between the socket, which receives requests, and the kernel's side, which carries them
 * out. It is pure: no protobuf, no Vert.x, no native calls.
 */
@NullMarked
package io.vpccni.netprog.desired;

import org.jspecify.annotations.NullMarked;
