/**
 * The cloud's misbehaviour, on demand and reproducible: throttling, latency, lag and planned
 * faults.
 */
@NullMarked
package io.vpccni.sim.faults;

import org.jspecify.annotations.NullMarked;
