/** This package is the program {@code vpc-sim}, which runs the cloud alone for any AWS client. */
@NullMarked
package io.vpccni.sim.program;

import org.jspecify.annotations.NullMarked;
