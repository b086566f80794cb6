/**
 * The instance metadata service, version 2, which tells an instance what it may know of itself.
 * Pure.
 */
@NullMarked
package io.vpccni.sim.imds;

import org.jspecify.annotations.NullMarked;
