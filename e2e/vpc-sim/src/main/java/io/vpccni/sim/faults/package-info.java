/**
 * This package makes the cloud misbehave, on demand and reproducibly: throttling, latency, lag and
 * planned faults.
 */
@NullMarked
package io.vpccni.sim.faults;

import org.jspecify.annotations.NullMarked;
