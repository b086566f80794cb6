/**
 * Benchmarks of whole processes measure what a runtime waits for, what a node pays, and how far
 * both are from the kernel's own floor.
 */
@NullMarked
package io.vpccni.e2e.bench;

import org.jspecify.annotations.NullMarked;
