/** This package sends totals to CloudWatch. */
@NullMarked
package io.vpccni.metricshelper.cloudwatch;

import org.jspecify.annotations.NullMarked;
