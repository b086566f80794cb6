/**
 * The daemon's socket side: requests in, answers and notifications out, never more at once than it
 * can carry.
 */
@NullMarked
package io.vpccni.netprog.server;

import org.jspecify.annotations.NullMarked;
