/**
 * This package turns what came over the socket into validated values. The sender is the
 * network-facing process, so everything it says is treated as hostile, and the first error is
 * reported by field. This package is pure.
 */
@NullMarked
package io.vpccni.netprog.request;

import org.jspecify.annotations.NullMarked;
