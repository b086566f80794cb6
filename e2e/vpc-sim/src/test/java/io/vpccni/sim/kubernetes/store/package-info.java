@NullMarked
package io.vpccni.sim.kubernetes.store;

import org.jspecify.annotations.NullMarked;
