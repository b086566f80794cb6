@NullMarked
package io.vpccni.sim.kubernetes;

import org.jspecify.annotations.NullMarked;
