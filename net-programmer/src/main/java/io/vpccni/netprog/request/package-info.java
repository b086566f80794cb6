/**
 * From what came over the socket to validated values. The sender is the network-facing process:
 * everything it says is treated as hostile, and the first thing wrong is named by field. Pure.
 */
@NullMarked
package io.vpccni.netprog.request;

import org.jspecify.annotations.NullMarked;
