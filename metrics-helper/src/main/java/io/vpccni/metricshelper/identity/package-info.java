/** This package finds out the names of the cluster and of the region. */
@NullMarked
package io.vpccni.metricshelper.identity;

import org.jspecify.annotations.NullMarked;
