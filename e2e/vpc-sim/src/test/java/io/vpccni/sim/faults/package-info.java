@NullMarked
package io.vpccni.sim.faults;

import org.jspecify.annotations.NullMarked;
