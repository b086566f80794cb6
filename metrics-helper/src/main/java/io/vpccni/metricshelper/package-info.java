/**
 * This package holds cni-metrics-helper, which adds up the metrics of all node agents of a cluster.
 */
@NullMarked
package io.vpccni.metricshelper;

import org.jspecify.annotations.NullMarked;
