/**
 * How the cloud misbehaves, on demand and reproducibly: throttling, latency, lag, planned faults.
 */
@NullMarked
package io.vpccni.sim.faults;

import org.jspecify.annotations.NullMarked;
