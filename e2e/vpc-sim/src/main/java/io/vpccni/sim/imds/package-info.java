/**
 * This package is the instance metadata service, version 2, which tells an instance what it may
 * know of itself. This package is pure.
 */
@NullMarked
package io.vpccni.sim.imds;

import org.jspecify.annotations.NullMarked;
