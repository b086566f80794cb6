/** This package makes the totals of the cluster from the readings of its agents. It is pure. */
@NullMarked
package io.vpccni.metricshelper.totals;

import org.jspecify.annotations.NullMarked;
