/**
 * The testbed has simulated nodes with the real processes, the demo, the benchmarks and the
 * playground.
 */
@NullMarked
package io.vpccni.e2e;

import org.jspecify.annotations.NullMarked;
