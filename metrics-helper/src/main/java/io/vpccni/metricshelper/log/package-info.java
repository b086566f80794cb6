/** This package sets up the log. */
@NullMarked
package io.vpccni.metricshelper.log;

import org.jspecify.annotations.NullMarked;
