/**
 * This package is one simulated region as its clients meet it: the decisions of {@code ec2} behind
 * request limits, faults, latency and lag. This package is pure: time and chance are passed in.
 */
@NullMarked
package io.vpccni.sim.cloud;

import org.jspecify.annotations.NullMarked;
