/**
 * The demo and the end-to-end tests share the simulated nodes here, on which the real processes
 * run.
 */
@NullMarked
package io.vpccni.e2e.testbed;

import org.jspecify.annotations.NullMarked;
