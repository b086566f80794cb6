/**
 * This package accepts CloudWatch's PutMetricData in every protocol that clients speak. What
 * arrives is kept for a test to read.
 */
@NullMarked
package io.vpccni.sim.cloudwatch;

import org.jspecify.annotations.NullMarked;
