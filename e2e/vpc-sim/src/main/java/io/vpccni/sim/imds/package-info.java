/** The instance metadata service, version 2: what an instance may know of itself. Pure. */
@NullMarked
package io.vpccni.sim.imds;

import org.jspecify.annotations.NullMarked;
