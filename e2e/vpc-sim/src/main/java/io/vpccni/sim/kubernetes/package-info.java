/**
 * This package is a Kubernetes API server small enough to start in a test: HTTP in front of {@code
 * store}, with discovery, watches and planned outages.
 */
@NullMarked
package io.vpccni.sim.kubernetes;

import org.jspecify.annotations.NullMarked;
