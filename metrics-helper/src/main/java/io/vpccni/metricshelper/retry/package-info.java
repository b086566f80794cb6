/** This package decides when something that failed is tried again. It is pure. */
@NullMarked
package io.vpccni.metricshelper.retry;

import org.jspecify.annotations.NullMarked;
