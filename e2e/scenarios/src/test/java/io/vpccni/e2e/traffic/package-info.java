/**
 * Packets of real pods cross the simulated VPC. The tests show who is reached, by which way, and
 * seen as whom.
 */
@NullMarked
package io.vpccni.e2e.traffic;

import org.jspecify.annotations.NullMarked;
