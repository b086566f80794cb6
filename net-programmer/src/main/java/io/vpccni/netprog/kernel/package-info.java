/**
 * This package compares what a network namespace should contain with what it does contain. It
 * decides nothing but that difference.
 */
@NullMarked
package io.vpccni.netprog.kernel;

import org.jspecify.annotations.NullMarked;
