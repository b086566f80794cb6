/** This package serves the totals and the figures of the program itself to Prometheus. */
@NullMarked
package io.vpccni.metricshelper.http;

import org.jspecify.annotations.NullMarked;
