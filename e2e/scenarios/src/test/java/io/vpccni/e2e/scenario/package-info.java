/**
 * End-to-end tests run the real processes on simulated nodes in the real kernel. Each test is a
 * promise.
 */
@NullMarked
package io.vpccni.e2e.scenario;

import org.jspecify.annotations.NullMarked;
