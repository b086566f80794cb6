/** This package is the simulator as a whole: a cloud in real time with its services on loopback. */
@NullMarked
package io.vpccni.sim;

import org.jspecify.annotations.NullMarked;
