/**
 * What a network namespace is to contain and what it does contain, and the difference of both.
 * Pure.
 */
@NullMarked
package io.vpccni.netprog.kernel;

import org.jspecify.annotations.NullMarked;
