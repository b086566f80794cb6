/**
 * The cloud misbehaves by the classes of this package, on demand and reproducibly: throttling,
 * latency, lag and planned faults.
 */
@NullMarked
package io.vpccni.sim.faults;

import org.jspecify.annotations.NullMarked;
