/** CloudWatch PutMetricData in every protocol that clients speak, kept to be looked at. */
@NullMarked
package io.vpccni.sim.cloudwatch;

import org.jspecify.annotations.NullMarked;
