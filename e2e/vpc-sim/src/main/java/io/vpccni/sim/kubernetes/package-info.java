/**
 * A Kubernetes API server small enough to start in a test: fabric8's mock in CRUD mode, with what
 * it lacks: field selectors, watches that start at a resource version, 410, disconnects and
 * outages.
 */
@NullMarked
package io.vpccni.sim.kubernetes;

import org.jspecify.annotations.NullMarked;
