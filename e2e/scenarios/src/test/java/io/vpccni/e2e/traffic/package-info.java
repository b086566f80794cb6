/** Packets of real pods through the simulated VPC: who is reached, by which way, seen as whom. */
@NullMarked
package io.vpccni.e2e.traffic;

import org.jspecify.annotations.NullMarked;
