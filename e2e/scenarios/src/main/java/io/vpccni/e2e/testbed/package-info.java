/**
 * Simulated nodes with the real processes on them: what the demo and the end-to-end tests share.
 */
@NullMarked
package io.vpccni.e2e.testbed;

import org.jspecify.annotations.NullMarked;
