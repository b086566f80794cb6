/**
 * Process-level benchmarks: what a runtime waits for, what a node pays, and how far that is from
 * the kernel's own floor.
 */
@NullMarked
package io.vpccni.e2e.bench;

import org.jspecify.annotations.NullMarked;
