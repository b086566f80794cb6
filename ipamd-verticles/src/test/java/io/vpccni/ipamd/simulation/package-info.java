/**
 * The pool's decisions and the simulated EC2 under one seeded virtual clock: faults, lag, crashes
 * and churn; safety at every step, liveness when the faults have stopped.
 */
@NullMarked
package io.vpccni.ipamd.simulation;

import org.jspecify.annotations.NullMarked;
