/** This package reads and writes the Lease through the API server. */
@NullMarked
package io.vpccni.metricshelper.lease;

import org.jspecify.annotations.NullMarked;
