/**
 * This package is the daemon's socket side: it takes requests, sends answers and notifications, and
 * never admits more at once than the daemon can carry out.
 */
@NullMarked
package io.vpccni.netprog.server;

import org.jspecify.annotations.NullMarked;
