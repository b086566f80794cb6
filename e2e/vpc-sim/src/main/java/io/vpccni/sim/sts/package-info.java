/** This package answers the calls of STS by which workloads get credentials. It is pure. */
@NullMarked
package io.vpccni.sim.sts;

import org.jspecify.annotations.NullMarked;
